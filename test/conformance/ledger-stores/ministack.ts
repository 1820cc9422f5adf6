import { dynamoLedgerStore } from '#ledger/adapters/dynamodb'
import { miniStackClient, startMiniStackTable } from '../../support/ministack.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** A table of another DynamoDB than dynalite, MiniStack's. */
export const openMiniStackTable = async (): Promise<LedgerStoreTarget> => {
  const { endpoint, stop } = await startMiniStackTable('ledger')
  return { module: import.meta.url, settings: endpoint, stop }
}

export const connect: Connect = async (endpoint: string, archive) => {
  const client = miniStackClient(endpoint)
  return {
    store: dynamoLedgerStore({ client, table: 'ledger', archive }),
    close: async () => client.destroy(),
  }
}
