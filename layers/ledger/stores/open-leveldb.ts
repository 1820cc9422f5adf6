import { mkdirSync } from 'node:fs'
import { ClassicLevel } from 'classic-level'
import type { ObjectStore } from '#platform/object-store/object-store'
import { levelLedgerStore, levelOptions } from '../adapters/leveldb.ts'
import type { OpenedStore } from '../copies.ts'

/** A folder, made where it is missing. No other process may have it open. */
export const openLevelDb = async (folder: string, archive: ObjectStore): Promise<OpenedStore> => {
  mkdirSync(folder, { recursive: true })
  const database = new ClassicLevel<string, Buffer>(folder, levelOptions)
  await database.open()
  return { store: levelLedgerStore({ database, archive }), close: () => database.close() }
}
