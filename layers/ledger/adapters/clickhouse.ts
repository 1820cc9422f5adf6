import type { ClickHouseClient } from '@clickhouse/client'
import type { ObjectStore } from '#platform/object-store/object-store'
import { clickHouseArchive, clickHouseRestore } from '../clickhouse/archive.ts'
import { clickHousePersist } from '../clickhouse/persist.ts'
import { clickHouseCommit, clickHouseCommits, clickHouseTile } from '../clickhouse/read.ts'
import type { LedgerStore } from '../ledger-store.ts'
import { checkChainRange, checkLayer, checkRegionQuery, checkTileQuery } from './query-limits.ts'

export interface ClickHouseLedgerOptions {
  /**
   * Of a database in which `prepareClickHouse` has made the tables. A read sees what was written before it: of replicas,
   * one is written to and read.
   */
  client: ClickHouseClient
  archive: ObjectStore
}

/** Commits in ClickHouse: a few inserts for each, and tiles computed over all of them when they are read. */
export const clickHouseLedgerStore = ({ client, archive }: ClickHouseLedgerOptions): LedgerStore => ({
  persistCommit: async (commit) => {
    checkLayer(commit)
    await clickHousePersist(client, commit)
  },
  queryCommit: async (key, commitId) => {
    checkLayer(key)
    return clickHouseCommit(client, archive, key, commitId)
  },
  queryCommitsByRegion: async (query) => clickHouseCommits(client, archive, checkRegionQuery(query)),
  readProjectionTile: async (query) => clickHouseTile(client, checkTileQuery(query)),
  archiveCommits: async (range) => {
    checkChainRange(range)
    return clickHouseArchive(client, archive, range)
  },
  restoreCommits: async (key, pointer) => {
    checkLayer(key)
    return clickHouseRestore(client, archive, key, pointer)
  },
})
