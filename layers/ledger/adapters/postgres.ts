import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { beginWithin, inTransaction } from '#platform/postgres/pool'
import {
  archiveBatch,
  chainOfPointer,
  maxBatchBytes,
  maxBatchCommits,
  readArchivedBatch,
} from '../archived-batch.ts'
import type { Commit, CommitEntry } from '../commit.ts'
import { encodeEntries } from '../entry-codec.ts'
import {
  ArchiveDamaged,
  type ArchivedBatch,
  type ChainRange,
  CommitConflict,
  type LayerKey,
  type LedgerStore,
  type RegionQuery,
} from '../ledger-store.ts'
import { isInside } from '../place.ts'
import {
  hasCommits,
  type KeptCommit,
  readEntriesOf,
  readHashesAt,
  readKeptCommit,
  readKeptInRegion,
  readKeptOfChain,
} from '../postgres/kept-commits.ts'
import {
  lockAway,
  lockMoves,
  moveBack,
  moveOut,
  readArchive,
  tryLockMoves,
} from '../postgres/move-entries.ts'
import { readGamma } from '../postgres/read-gamma.ts'
import { storeCommit } from '../postgres/store-commit.ts'
import { checkChainRange, checkLayer, checkRegionQuery, checkTileQuery } from './query-limits.ts'

export interface PostgresLedgerOptions {
  /** As orrery_background. */
  pool: pg.Pool
  archive: ObjectStore
  /** A new UUIDv7. */
  newId: () => string
}

/**
 * The ledger itself, where the engines commit: `commits` keeps the head of each commit for ever, its entries are rows of
 * `commit_entries` or lie in an archived batch that `ledger_archives` names, and `gamma_cells` sums up both.
 */
export const postgresLedgerStore = ({ pool, archive, newId }: PostgresLedgerOptions): LedgerStore => ({
  persistCommit: async (commit) => {
    checkLayer(commit)
    await persist(pool, commit)
  },
  queryCommit: async (key, commitId) => {
    checkLayer(key)
    const found = await inSnapshot(pool, async (client) => {
      const kept = await readKeptCommit(client, key, commitId)
      return kept === undefined ? [] : withEntries(client, [kept])
    })
    return (await fromArchive(archive, found))[0]
  },
  queryCommitsByRegion: (query) => byRegion(pool, archive, checkRegionQuery(query)),
  readProjectionTile: async (query) => {
    const checked = checkTileQuery(query)
    return inSnapshot(pool, async (client) =>
      (await hasCommits(client, query)) ? readGamma(client, checked) : [],
    )
  },
  archiveCommits: async (range) => {
    checkChainRange(range)
    return moveToArchive(pool, archive, range, newId)
  },
  restoreCommits: async (key, pointer) => {
    checkLayer(key)
    return bringBack(pool, archive, key, pointer)
  },
})

// a hundred thousand entries take longer than what a request may
const moveMs = 60_000
const snapshot = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** Heads and entries of one state of the database: an archivist may move entries meanwhile. */
const inSnapshot = <T>(
  pool: pg.Pool,
  read: (client: pg.PoolClient) => Promise<T>,
  begin = snapshot,
): Promise<T> => inTransaction(pool, read, begin)

const persist = (pool: pg.Pool, commit: Commit): Promise<void> =>
  inTransaction(pool, async (client) => {
    if ((await storeCommit(client, commit)) !== undefined) return
    const hashes = await readHashesAt(client, commit)
    if (hashes.some((hash) => hash !== commit.hash)) throw new CommitConflict(commit)
  })

type FoundCommit = KeptCommit & { entries: CommitEntry[] | undefined }

const withEntries = async (client: pg.ClientBase, kept: readonly KeptCommit[]): Promise<FoundCommit[]> => {
  const here = kept.filter(({ archived }) => archived === undefined)
  const entries = await readEntriesOf(
    client,
    here.map(({ key }) => key),
  )
  return kept.map((one) => ({ ...one, entries: entries.get(one.key) }))
}

/** Each batch is read once while its commits follow each other. */
const fromArchive = async (archive: ObjectStore, found: readonly FoundCommit[]): Promise<Commit[]> => {
  let [last, batch]: [string, Commit[]] = ['', []]
  const commits: Commit[] = []
  for (const { head, archived, entries } of found) {
    if (entries !== undefined) {
      commits.push({ ...head, entries })
      continue
    }
    const { pointer, sha256 } = archived!
    if (pointer !== last) batch = await readArchivedBatch(archive, pointer, sha256)
    last = pointer
    const commit = batch.find(({ hash }) => hash === head.hash)
    if (commit === undefined) throw new ArchiveDamaged(pointer, `commit ${head.number} is missing`)
    commits.push({ ...head, entries: commit.entries })
  }
  return commits
}

/** Goes on until the page is full: of archived commits only a look at their entries tells whether they belong to it. */
const byRegion = async (
  pool: pg.Pool,
  archive: ObjectStore,
  query: RegionQuery & { limit: number; fromEpoch: number },
): Promise<Commit[]> => {
  const { region, limit } = query
  const commits: Commit[] = []
  for (let after = query.after; ; ) {
    const found = await inSnapshot(pool, async (client) =>
      withEntries(client, await readKeptInRegion(client, { ...query, after })),
    )
    const near = found.filter(({ head: { shard } }) => isInside(shard, region) || isInside(region, shard))
    for (const commit of await fromArchive(archive, near))
      if (commit.entries.some((entry) => isInside(entry.region, region))) commits.push(commit)
    const last = found.at(-1)?.head
    if (commits.length >= limit || last === undefined || found.length < limit) return commits.slice(0, limit)
    after = { epochEnd: last.epochEnd, commitId: last.commitId }
  }
}

const moveToArchive = async (
  pool: pg.Pool,
  archive: ObjectStore,
  range: ChainRange,
  newId: () => string,
): Promise<ArchivedBatch | undefined> => {
  for (;;) {
    const { keys, commits } = await inSnapshot(
      pool,
      (client) => firstRun(client, range),
      beginWithin(moveMs, snapshot),
    )
    if (commits.length === 0) return undefined
    // it has been read back from there before anything leaves the database
    const batch = await archiveBatch(archive, commits)
    const moved = await inTransaction(
      pool,
      async (client) => {
        if (!(await tryLockMoves(client, range.worldId))) return 'later'
        return (await moveOut(client, newId(), batch, commits, keys)) ? 'here' : 'by another'
      },
      beginWithin(moveMs),
    )
    if (moved === 'here') return batch
    // the world is being forked, or another archivist is at it: housekeeping comes again
    if (moved === 'later') return undefined
  }
}

/** Commits whose entries are read at once; a batch may be full before the last of them. */
const commitsAtOnce = 50

/** The first commits of the range that follow each other and have their entries here, as many as a batch holds. */
const firstRun = async (
  client: pg.ClientBase,
  range: ChainRange,
): Promise<{ keys: number[]; commits: Commit[] }> => {
  const kept = await readKeptOfChain(client, range, maxBatchCommits)
  const first = kept[0]?.head.number ?? 0
  const run = kept.filter(({ head }, at) => head.number === first + at)
  const commits: Commit[] = []
  for (let bytes = 0; commits.length < run.length && bytes <= maxBatchBytes; ) {
    const some = run.slice(commits.length, commits.length + commitsAtOnce)
    for (const { head, entries } of await withEntries(client, some)) {
      if (bytes > maxBatchBytes) break
      commits.push({ ...head, entries: entries! })
      bytes += encodeEntries(entries!).length
    }
  }
  return { keys: run.slice(0, commits.length).map(({ key }) => key), commits }
}

const bringBack = async (
  pool: pg.Pool,
  archive: ObjectStore,
  key: LayerKey,
  pointer: string,
): Promise<number> => {
  chainOfPointer(key, pointer)
  const known = await inSnapshot(pool, (client) => readArchive(client, key, pointer))
  if (known === undefined)
    throw new ArchiveDamaged(pointer, `nothing of the ${key.layer} layer of world ${key.worldId} is there`)
  if (!known.isAway) return 0
  const batch = await readArchivedBatch(archive, pointer, known.sha256)
  const archived = new Map(batch.map((commit) => [commit.hash, commit]))
  return inTransaction(
    pool,
    async (client) => {
      await lockMoves(client, key.worldId)
      const found = (await lockAway(client, key, pointer)).map(({ key, number, hash }) => {
        const commit = archived.get(hash)
        if (commit === undefined) throw new ArchiveDamaged(pointer, `commit ${number} is missing`)
        return { key, commit }
      })
      await moveBack(client, found)
      return found.length
    },
    beginWithin(moveMs),
  )
}
