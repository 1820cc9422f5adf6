import type { DatabaseSync } from 'node:sqlite'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { LedgerStore } from '../ledger-store.ts'
import { sqliteArchive, sqliteRestore } from '../sqlite/archive.ts'
import { sqlitePersist } from '../sqlite/persist.ts'
import { sqliteReads } from '../sqlite/read.ts'
import { prepareSqlite } from '../sqlite/schema.ts'
import { checkChainRange, checkLayer, checkRegionQuery, checkTileQuery } from './query-limits.ts'

export interface SqliteLedgerOptions {
  /** Open, and this store's alone; the tables are made in it. Other processes may have the same file open. */
  database: DatabaseSync
  archive: ObjectStore
}

/** Commits in a SQLite file. Each method but for the archive's part is done within one turn of the event loop. */
export const sqliteLedgerStore = ({ database, archive }: SqliteLedgerOptions): LedgerStore => {
  prepareSqlite(database)
  const persist = sqlitePersist(database)
  const reads = sqliteReads(database, archive)
  const moveOut = sqliteArchive(database, archive)
  const bringBack = sqliteRestore(database, archive)
  return {
    persistCommit: async (commit) => {
      checkLayer(commit)
      persist(commit)
    },
    queryCommit: async (key, commitId) => {
      checkLayer(key)
      return reads.commit(key, commitId)
    },
    queryCommitsByRegion: async (query) => reads.byRegion(checkRegionQuery(query)),
    readProjectionTile: async (query) => reads.tile(checkTileQuery(query)),
    archiveCommits: async (range) => {
      checkChainRange(range)
      return moveOut(range)
    },
    restoreCommits: async (key, pointer) => {
      checkLayer(key)
      return bringBack(key, pointer)
    },
  }
}
