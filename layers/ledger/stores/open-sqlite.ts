import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ObjectStore } from '#platform/object-store/object-store'
import { sqliteLedgerStore } from '../adapters/sqlite.ts'
import type { OpenedStore } from '../copies.ts'

/** A file, made where it is missing, with its folder. */
export const openSqlite = async (path: string, archive: ObjectStore): Promise<OpenedStore> => {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path)
  return { store: sqliteLedgerStore({ database, archive }), close: async () => database.close() }
}
