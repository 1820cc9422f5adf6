import { type Client, errors, types } from 'cassandra-driver'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { LedgerStore } from '../ledger-store.ts'
import { recordLedgerStore } from '../records/record-store.ts'
import { hasClaims, type Records } from '../records/records.ts'

export interface CassandraLedgerOptions {
  /** Connected, with the keyspace in which `cassandraLedgerTable` was made. */
  client: Client
  archive: ObjectStore
}

/** One statement: the whole schema. */
export const cassandraLedgerTable = `
  CREATE TABLE IF NOT EXISTS ledger_records (part text, name text, value blob, PRIMARY KEY (part, name))`

/**
 * Commits in Cassandra, Scylla or Keyspaces: rows below 1 MB, reads and writes at LOCAL_QUORUM, and a lightweight
 * transaction on one row where it has to be decided which commit is kept. No batches, indexes, views or counters, and no
 * reads at SERIAL, which Keyspaces has not.
 */
export const cassandraLedgerStore = ({ client, archive }: CassandraLedgerOptions): LedgerStore =>
  recordLedgerStore(cassandraRecords(client), archive)

const maxAttempts = 4

/** The server does not know whether it was done. Every statement here may be done again. */
const isTimeout = (error: unknown): boolean =>
  error instanceof errors.ResponseError &&
  [types.responseErrorCodes.writeTimeout, types.responseErrorCodes.readTimeout].includes(error.code)

const cassandraRecords = (client: Client): Records => {
  const run = async (query: string, parameters: unknown[]): Promise<types.ResultSet> => {
    for (let attempt = 1; ; attempt++)
      try {
        return await client.execute(query, parameters, {
          ...{ prepare: true, isIdempotent: true, consistency: types.consistencies.localQuorum },
        })
      } catch (error) {
        if (!isTimeout(error) || attempt === maxAttempts) throw error
      }
  }
  const get = async (partition: string, key: string): Promise<Buffer | undefined> => {
    const query = 'SELECT value FROM ledger_records WHERE part = ? AND name = ?'
    return (await run(query, [partition, key])).first()?.get('value')
  }
  return {
    maxValueBytes: 256 * 1_024,
    get,
    put: async (partition, key, value) => {
      await run('INSERT INTO ledger_records (part, name, value) VALUES (?, ?, ?)', [partition, key, value])
    },
    claim: async (partition, key, value) => {
      const query = 'INSERT INTO ledger_records (part, name, value) VALUES (?, ?, ?) IF NOT EXISTS'
      const result = await run(query, [partition, key, value])
      return result.wasApplied() ? value : (result.first().get('value') as Buffer)
    },
    delete: async (partition, key) => {
      // rows that were claimed go the same way: otherwise the clocks of two machines would decide
      const condition = hasClaims(partition) ? ' IF EXISTS' : ''
      await run(`DELETE FROM ledger_records WHERE part = ? AND name = ?${condition}`, [partition, key])
    },
    scan: async (partition, after, limit) => {
      const query = 'SELECT name, value FROM ledger_records WHERE part = ? AND name > ? LIMIT ?'
      // no key is smaller than a space
      const { rows } = await run(query, [partition, after || ' ', limit])
      return rows.map((row) => ({ key: row.get('name') as string, value: row.get('value') as Buffer }))
    },
  }
}
