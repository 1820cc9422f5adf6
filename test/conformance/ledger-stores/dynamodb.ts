import { dynamoLedgerStore } from '#ledger/adapters/dynamodb'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { startLocalDynamoDb } from '../../support/dynamodb.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** A table of dynalite. */
export const openDynalite = async (): Promise<LedgerStoreTarget> => {
  const server = await startLocalDynamoDb()
  await server.createTable('ledger', 'partition', 'key')
  return { module: import.meta.url, settings: server.endpoint, stop: () => server.stop() }
}

export const connect: Connect = async (endpoint: string, archive) => {
  const client = createDynamoDbClient({ endpoint, region: 'us-east-1' })
  return {
    store: dynamoLedgerStore({ client, table: 'ledger', archive }),
    close: async () => client.destroy(),
  }
}
