import type { ObjectStore } from '#platform/object-store/object-store'
import { checkChainRange, checkLayer, checkRegionQuery, checkTileQuery } from '../adapters/query-limits.ts'
import { tileOf } from '../cells.ts'
import type { Commit } from '../commit.ts'
import type { LedgerStore, RegionQuery } from '../ledger-store.ts'
import { isInside } from '../place.ts'
import { archiveRange, restore } from './archive.ts'
import { entriesReader, type ReadEntries } from './entries.ts'
import { cellsInside, foldEvery, makeFold } from './folds.ts'
import { type CommitPlace, findHead, persist } from './persist.ts'
import {
  afterOrderPlace,
  fromJson,
  numberKey,
  type Partitions,
  partitionsOf,
  type Records,
} from './records.ts'

/** Commits in a store of records, whatever it is. */
export const recordLedgerStore = (records: Records, archive: ObjectStore): LedgerStore => ({
  persistCommit: async (commit) => {
    checkLayer(commit)
    const partitions = partitionsOf(commit)
    if (!(await persist(records, partitions, commit)) || commit.number % foldEvery !== 0) return
    const readEntries = entriesReader(records, archive, partitions)
    // the commit is kept: reading tiles goes without a fold, and the next one is made from the one before
    await makeFold(records, partitions, readEntries, commit.shard, commit.number).catch(() => {})
  },

  queryCommit: async (key, commitId) => {
    checkLayer(key)
    const partitions = partitionsOf(key)
    const value = await records.get(partitions.ids, commitId)
    const readEntries = entriesReader(records, archive, partitions)
    return value && commitAt(records, partitions, readEntries, fromJson(value))
  },

  queryCommitsByRegion: async (query) => {
    const { limit, ...rest } = checkRegionQuery(query)
    return byRegion(records, archive, rest, limit)
  },

  readProjectionTile: async (query) => {
    const checked = checkTileQuery(query)
    const partitions = partitionsOf(query)
    const readEntries = entriesReader(records, archive, partitions)
    return tileOf(await cellsInside(records, partitions, readEntries, query.region), checked)
  },

  archiveCommits: async (range) => {
    checkChainRange(range)
    return archiveRange(records, archive, range)
  },

  restoreCommits: async (key, pointer) => {
    checkLayer(key)
    return restore(records, archive, key, pointer)
  },
})

/** undefined where the number is not taken, or by another commit: what names it was written before, and came to nothing. */
const commitAt = async (
  records: Records,
  partitions: Partitions,
  readEntries: ReadEntries,
  place: CommitPlace,
): Promise<Commit | undefined> => {
  const head = await findHead(records, partitions, place)
  return head?.hash === place.hash ? { ...head, entries: await readEntries(head) } : undefined
}

const page = 256

const byRegion = async (
  records: Records,
  archive: ObjectStore,
  query: RegionQuery,
  limit: number,
): Promise<Commit[]> => {
  const { region, fromEpoch = 0, toEpoch = Number.MAX_SAFE_INTEGER, after } = query
  const partitions = partitionsOf(query)
  const readEntries = entriesReader(records, archive, partitions)
  const found: Commit[] = []
  const start = numberKey(fromEpoch)
  let key = after === undefined || afterOrderPlace(after) < start ? start : afterOrderPlace(after)
  for (;;) {
    const rows = await records.scan(partitions.order, key, page)
    const places = rows
      .filter((row) => Number(row.key.slice(0, 16)) <= toEpoch)
      .map(({ value }) => fromJson<CommitPlace>(value))
      .filter(({ shard }) => isInside(shard, region) || isInside(region, shard))
    for (let at = 0; at < places.length; at += readAtOnce) {
      const commits = await Promise.all(
        places.slice(at, at + readAtOnce).map((place) => commitAt(records, partitions, readEntries, place)),
      )
      for (const commit of commits) if (commit !== undefined && touches(commit, region)) found.push(commit)
      if (found.length >= limit) return found.slice(0, limit)
    }
    const last = rows.at(-1)
    if (rows.length < page || Number(last!.key.slice(0, 16)) > toEpoch) return found
    key = last!.key
  }
}

/** Entries of so many commits are in memory at once beyond those that are answered. */
const readAtOnce = 8

const touches = ({ entries }: Commit, region: string): boolean =>
  entries.some((entry) => isInside(entry.region, region))
