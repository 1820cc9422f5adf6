import { v7 as uuidv7 } from 'uuid'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { createPool } from '#platform/postgres/pool'
import type { Connect } from '../ledger-store-target.ts'

/** Apart from what opens it: a process that the suite starts is none of the test runner's. */
export const connect: Connect = async (connectionString: string, archive) => {
  const pool = createPool({
    connectionString,
    applicationName: 'test-ledger-store',
    transactionTimeoutMs: 60_000,
  })
  return { store: postgresLedgerStore({ pool, archive, newId: uuidv7 }), close: () => pool.end() }
}
