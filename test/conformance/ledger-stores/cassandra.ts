import { Client } from 'cassandra-driver'
import { cassandraLedgerStore, cassandraLedgerTable } from '#ledger/adapters/cassandra'
import { startCassandra } from '../../adapters/cassandra-server.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

interface Settings {
  contactPoint: string
  port: number
}

const clientOf = async ({ contactPoint, port }: Settings): Promise<Client> => {
  const client = new Client({
    ...{ contactPoints: [contactPoint], localDataCenter: 'datacenter1', keyspace: 'ledger' },
    protocolOptions: { port },
  })
  await client.connect()
  return client
}

export const openCassandra = async (): Promise<LedgerStoreTarget> => {
  const { stop, ...settings } = await startCassandra()
  const client = await clientOf(settings)
  await client.execute(cassandraLedgerTable)
  await client.shutdown()
  return { module: import.meta.url, settings, stop }
}

export const connect: Connect = async (settings: Settings, archive) => {
  const client = await clientOf(settings)
  return { store: cassandraLedgerStore({ client, archive }), close: () => client.shutdown() }
}
