import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { levelLedgerStore, levelOptions } from '#ledger/adapters/leveldb'
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

export const connect: Connect = async (path: string, archive) => {
  const database = new ClassicLevel<string, Buffer>(path, levelOptions)
  await database.open()
  return { store: levelLedgerStore({ database, archive }), close: () => database.close() }
}
