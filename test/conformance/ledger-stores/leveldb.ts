import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLevelDb } from '#ledger/stores/open-leveldb'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** A folder of its own. */
export const openLevel = async (): Promise<LedgerStoreTarget> => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-leveldb-'))
  return {
    module: import.meta.url,
    settings: folder,
    isExclusive: true,
    stop: async () => rmSync(folder, { recursive: true }),
  }
}

export const connect: Connect = openLevelDb
