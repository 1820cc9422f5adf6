import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { clickHouseLedgerStore } from '#ledger/adapters/clickhouse'
import { prepareClickHouse } from '#ledger/clickhouse/schema'
import { startClickHouse } from '../../adapters/clickhouse-server.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

const clientOf = (url: string): ClickHouseClient => createClient({ url, database: 'ledger' })

export const openClickHouse = async (): Promise<LedgerStoreTarget> => {
  const server = await startClickHouse()
  const client = clientOf(server.url)
  await prepareClickHouse(client)
  await client.close()
  return { module: import.meta.url, settings: server.url, stop: server.stop }
}

export const connect: Connect = async (url: string, archive) => {
  const client = clientOf(url)
  return { store: clickHouseLedgerStore({ client, archive }), close: () => client.close() }
}
