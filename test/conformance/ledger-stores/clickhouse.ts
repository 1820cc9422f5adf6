import { openClickHouse as openStore } from '#ledger/stores/open-clickhouse'
import { startClickHouse } from '../../adapters/clickhouse-server.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

export const openClickHouse = async (): Promise<LedgerStoreTarget> => {
  const { url, stop } = await startClickHouse()
  return { module: import.meta.url, settings: `${url}/ledger`, stop }
}

export const connect: Connect = openStore
