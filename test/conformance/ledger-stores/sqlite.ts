import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite as openStore } from '#ledger/stores/open-sqlite'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** A file in a folder of its own. */
export const openSqlite = async (): Promise<LedgerStoreTarget> => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-sqlite-'))
  return {
    module: import.meta.url,
    settings: join(folder, 'ledger.sqlite'),
    stop: async () => rmSync(folder, { recursive: true }),
  }
}

export const connect: Connect = openStore
