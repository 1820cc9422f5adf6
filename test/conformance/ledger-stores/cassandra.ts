import { type CassandraStoreOptions, openCassandra as openStore } from '#ledger/stores/open-cassandra'
import { startCassandra } from '../../adapters/cassandra-server.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

export const openCassandra = async (): Promise<LedgerStoreTarget> => {
  const { stop, contactPoint, port } = await startCassandra()
  const settings: CassandraStoreOptions = {
    ...{
      contactPoints: [`${contactPoint}:${port}`],
      datacenter: 'datacenter1',
      keyspace: 'ledger',
      tls: false,
    },
  }
  return { module: import.meta.url, settings, stop }
}

export const connect: Connect = openStore
