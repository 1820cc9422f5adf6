import { createTestDatabase } from '../../support/database.ts'
import type { LedgerStoreTarget } from '../ledger-store-target.ts'

/** A migrated database of its own. */
export const openPostgres = async (): Promise<LedgerStoreTarget> => {
  const database = await createTestDatabase()
  return {
    module: new URL('./postgres-connect.ts', import.meta.url).href,
    settings: database.url('orrery_background'),
    stop: database.drop,
  }
}
