import type { Commit } from './commit.ts'
import type { LayerName } from './settings.ts'

/** Names one layer of one world's ledger. */
export interface LayerKey {
  tenantId: string
  worldId: string
  layer: LayerName
}

export interface RegionQuery extends LayerKey {
  /** Commits with an entry of this region, or of one inside it. */
  region: string
  /** Only commits whose span ends at or after this tick; default 0. */
  fromEpoch?: number
  /** Only commits whose span ends at or before it; default: no limit. */
  toEpoch?: number
  /** At most so many (1 to 1,000); default 100. */
  limit?: number
  /** Commits after this one in the order of the answer. */
  after?: { epochEnd: number; commitId: string }
}

/** What committed entries say of one cell. Sums as in `CommitEntry`. */
export interface ProjectionCell {
  region: string
  /** The last span with an entry of the cell that is no correction; spans that overlap count as one. 0 and 0n: none yet. */
  epochStart: number
  epochEnd: number
  latestWeightSum: bigint
  /** All entries together, corrections too. */
  count: bigint
  weightSum: bigint
  activitySum: bigint
  activitySquares: bigint
  /** The last commit with an entry of the cell. */
  commitId: string
}

export interface TileQuery extends LayerKey {
  /** Cells of the layer inside this region; itself where it is one. */
  region: string
  /** At most so many cells, in the order of their regions; default 10,000. */
  limit?: number
  /** Cells after this one. */
  after?: string
}

/** A batch of commits of one chain, as the archive has it. */
export interface ArchivedBatch {
  /** Names the archived bytes: what `restoreCommits` takes. */
  pointer: string
  commits: number
  /** Of the archived bytes. */
  bytes: number
  /** Hex of SHA-256 of the archived bytes. */
  sha256: string
}

export interface ChainRange extends LayerKey {
  shard: string
  /** Numbers in the chain, both included. */
  fromNumber: number
  toNumber: number
}

/**
 * Where commits of a layer are kept. Every adapter passes test/conformance/ledger-store-suite.ts. Each method sees
 * nothing but the tenant and world that it names, and throws `CommitConflict`, `ArchiveDamaged`, or the adapter's
 * own error when the store is away; then nothing has changed.
 */
export interface LedgerStore {
  /** Keeps a commit whole, or not at all. One that is there already changes nothing. @throws CommitConflict */
  persistCommit(commit: Commit): Promise<void>
  /** undefined where there is no such commit. Archived ones are answered as well. */
  queryCommit(key: LayerKey, commitId: string): Promise<Commit | undefined>
  /** Whole commits in the order of (epochEnd, commitId). Archived ones are answered as well. */
  queryCommitsByRegion(query: RegionQuery): Promise<Commit[]>
  /** What all commits, archived ones included, say of the cells of a region, in the order of `compareRegions`. */
  readProjectionTile(query: TileQuery): Promise<ProjectionCell[]>
  /**
   * Moves the entries of commits that follow each other in a chain to the archive. Nothing leaves the store before the
   * archived bytes have been read back and verified. It takes the first of them, as many as one batch holds; undefined
   * where the range has nothing that is not archived yet.
   */
  archiveCommits(range: ChainRange): Promise<ArchivedBatch | undefined>
  /** Brings back what `archiveCommits` moved, checked against its hashes; answers how many. Again: 0. @throws ArchiveDamaged */
  restoreCommits(key: LayerKey, pointer: string): Promise<number>
}

/** Another commit has this id, or this place in its chain: two histories met. Nothing was written. */
export class CommitConflict extends Error {
  readonly code = 'commit-conflict'
  readonly commitId: string

  constructor({ commitId, layer, shard, number }: Commit) {
    super(`commit ${commitId} (${layer} ${shard} number ${number}) differs from the one that is kept`)
    this.commitId = commitId
  }
}

/** Archived bytes are missing, or are not what was archived. */
export class ArchiveDamaged extends Error {
  readonly code = 'archive-damaged'
  readonly pointer: string

  constructor(pointer: string, what: string) {
    super(`archive ${pointer}: ${what}`)
    this.pointer = pointer
  }
}
