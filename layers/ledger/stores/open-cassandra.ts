import { Client } from 'cassandra-driver'
import type { ObjectStore } from '#platform/object-store/object-store'
import { cassandraLedgerStore, cassandraLedgerTable } from '../adapters/cassandra.ts'
import type { OpenedStore } from '../copies.ts'

export interface CassandraStoreOptions {
  /** HOST or HOST:PORT. */
  contactPoints: string[]
  datacenter: string
  /** Exists; the table is made in it. */
  keyspace: string
  credentials?: { username: string; password: string } | undefined
  tls: boolean
}

export const openCassandra = async (
  { contactPoints, datacenter, keyspace, credentials, tls }: CassandraStoreOptions,
  archive: ObjectStore,
): Promise<OpenedStore> => {
  const client = new Client({
    ...{ contactPoints, localDataCenter: datacenter, keyspace },
    ...(credentials !== undefined && { credentials }),
    ...(tls && { sslOptions: { rejectUnauthorized: true } }),
  })
  try {
    await client.connect()
    await client.execute(cassandraLedgerTable)
  } catch (error) {
    await client.shutdown()
    throw error
  }
  return { store: cassandraLedgerStore({ client, archive }), close: () => client.shutdown() }
}
