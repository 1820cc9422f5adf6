import { createHash } from 'node:crypto'
import { v5 as uuidv5 } from 'uuid'
import { decodeEntries, encodeEntries } from './entry-codec.ts'
import { quantaPerUnit } from './quanta.ts'
import type { LayerName } from './settings.ts'

/** At most so many entities stand in an entry: the first ones in the order of their bytes. */
export const maxEntityRefs = 64

/** What a span of ticks did to one region. Sums are exact integers in quanta of 2^-20, squares in quanta². */
export interface CommitEntry {
  /** `e:x:y:z`, or `*`. */
  region: string
  /** Of ticks that came after their span had been committed. */
  correction: boolean
  /** Contributions: ticks of bodies. */
  count: bigint
  weightSum: bigint
  activitySum: bigint
  activitySquares: bigint
  /** Entities that contributed, in the order of their bytes; the first `maxEntityRefs`. */
  entityRefs: string[]
  /** First and last tick of a correction; 0 otherwise. */
  lateFrom: number
  lateTo: number
}

/**
 * An append-only record of what the ticks `epochStart` to `epochEnd` did to the regions of one shard of a layer.
 * Its hash covers everything but the fields that say so, and the hash of the commit before it in its chain.
 */
export interface Commit {
  /** Derived from world, layer, shard and span: `commitIdOf`. */
  commitId: string
  tenantId: string
  worldId: string
  layer: LayerName
  /** Region at the shard's cell size, or `*`. */
  shard: string
  /** Place in the chain of (world, layer, shard), from 1. */
  number: number
  epochStart: number
  epochEnd: number
  /** Last tick of the window that the span lies in: the manifest of that window names this commit. */
  windowEnd: number
  /** Hex, of SHA-256; of 64 zeros for the first commit of a chain. */
  previousHash: string
  hash: string
  /** In the order of their regions (`comparePlaces`), a correction after the entry of its region. */
  entries: CommitEntry[]
  /** Of the input: the first that was not used up, and the last that was looked at. Not hashed: see `recompute`. */
  fromInput: number
  seenInput: number
  /** ISO 8601, UTC. Not hashed. */
  committedAt: string
}

export const noHash = '0'.repeat(64)

const namespace = '6f4f6d0e-6a0c-5d39-9f0e-2b6f0d5f3c11'

/** UUIDv5 of what makes a commit the same commit. */
export const commitIdOf = ({
  worldId,
  layer,
  shard,
  epochStart,
  epochEnd,
}: Pick<Commit, 'worldId' | 'layer' | 'shard' | 'epochStart' | 'epochEnd'>): string =>
  uuidv5(`${worldId}/${layer}/${shard}/${epochStart}-${epochEnd}`, namespace)

/** What is hashed: the same bytes for the same commit on every machine. */
const hashedHead = (commit: Commit): string =>
  JSON.stringify([
    1,
    commit.commitId,
    commit.layer,
    commit.shard,
    commit.number,
    commit.epochStart,
    commit.epochEnd,
    commit.windowEnd,
    commit.previousHash,
  ])

/** Hex of SHA-256; `commit.hash` is not looked at. */
export const hashCommit = (commit: Commit): string =>
  createHash('sha256')
    .update(hashedHead(commit))
    .update('\n')
    .update(encodeEntries(commit.entries))
    .digest('hex')

/** A commit as bytes, for archives and stores of values: a line of JSON without the entries, then these. */
export const encodeCommit = (commit: Commit): Buffer => {
  const { entries, ...head } = commit
  const line = Buffer.from(`${JSON.stringify(head)}\n`)
  return Buffer.concat([line, encodeEntries(entries)])
}

/** @throws Error for bytes that are no commit; whether the hash holds is `hashCommit`'s to say. */
export const decodeCommit = (bytes: Uint8Array): Commit => {
  const end = bytes.indexOf(10)
  if (end === -1) throw new Error('a commit begins with a line of JSON')
  const head = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString()) as Omit<
    Commit,
    'entries'
  >
  return { ...head, entries: decodeEntries(bytes.subarray(end + 1)) }
}

/** The numbers of an entry in units: what people and other systems read. */
export interface EntryFigures {
  weight: number
  activityMean: number
  /** Of the population; 0 or above. */
  activityVar: number
}

/** Mean and variance by exact integers, rounded once at the end. A count of 0 gives zeros. */
export const figuresOf = ({
  count,
  weightSum,
  activitySum,
  activitySquares,
}: Pick<CommitEntry, 'count' | 'weightSum' | 'activitySum' | 'activitySquares'>): EntryFigures => {
  const weight = Number(weightSum) / quantaPerUnit
  if (count === 0n) return { weight, activityMean: 0, activityVar: 0 }
  const mean = Number(activitySum) / Number(count) / quantaPerUnit
  const spread = count * activitySquares - activitySum * activitySum
  const variance = Number(spread) / (Number(count) * Number(count)) / (quantaPerUnit * quantaPerUnit)
  return { weight, activityMean: mean, activityVar: variance }
}
