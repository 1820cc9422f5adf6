import { createHash } from 'node:crypto'
import type { LayerKey } from '../ledger-store.ts'

/** One record of a partition. */
export interface StoredRecord {
  key: string
  value: Buffer
}

/**
 * Records in partitions, each partition in the order of its keys' bytes: what a store needs to be able to do so that
 * `recordLedgerStore` can keep commits in it. Partitions and keys have letters, digits, `.`, `_`, `-`, partitions `/`
 * too. Whoever reads after a write has resolved sees it, in any process.
 */
export interface Records {
  /** No value is larger. */
  maxValueBytes: number
  get(partition: string, key: string): Promise<Buffer | undefined>
  /** Overwrites. What one process writes becomes durable in its order, and before a later claim resolves. */
  put(partition: string, key: string, value: Buffer): Promise<void>
  /**
   * Keeps the first value that is claimed for a key, and answers it, or undefined where others claimed other values in
   * the same moment and none of these is kept. `tag` (hex) is the same for what counts as the same value. Never are two
   * that claim different values each answered their own. A partition has either claims or puts.
   */
  claim(partition: string, key: string, value: Buffer, tag: string): Promise<Buffer | undefined>
  /** Also what was claimed. Nothing where there is no such record. */
  delete(partition: string, key: string): Promise<void>
  /** At most `limit` records after a key ('': from the first), of either kind of partition. */
  scan(partition: string, after: string, limit: number): Promise<StoredRecord[]>
}

/** The partitions of one layer of one world. */
export const partitionsOf = ({ tenantId, worldId, layer }: LayerKey) => {
  // a tenant's id is any text: what stands for it has one length
  const tenant = createHash('sha256').update(tenantId).digest('hex').slice(0, 32)
  const base = `${tenant}/${worldId}/${layer}`
  return {
    /** commitId → place in its chain; claims. */
    ids: `${base}/ids`,
    /** epochEnd, commitId and hash → place in its chain. */
    order: `${base}/order`,
    /** Of each shard: itself, and the number that its last fold goes to. */
    chains: `${base}/chains`,
    /** Number → head of the commit; claims. A commit is there when this is. */
    heads: (shard: string) => `${base}/heads/${shardKey(shard)}`,
    /** Number → where the entries are in the archive. */
    archived: (shard: string) => `${base}/archived/${shardKey(shard)}`,
    /** The entries of one commit, in parts. */
    entries: (shard: string, number: number) => `${base}/entries/${shardKey(shard)}/${numberKey(number)}`,
    /** What the commits up to a number say of the cells of a shard, in parts. */
    fold: (shard: string, number: number) => `${base}/folds/${shardKey(shard)}/${numberKey(number)}`,
  }
}

/** Whether a partition has claims, not puts. */
export const hasClaims = (partition: string): boolean => {
  const [, , , kind] = partition.split('/')
  return kind === 'ids' || kind === 'heads'
}

export type Partitions = ReturnType<typeof partitionsOf>

export const shardKey = (shard: string): string => (shard === '*' ? 'all' : shard.replaceAll(':', '_'))

/** In the order of the numbers. */
export const numberKey = (number: number): string => String(number).padStart(16, '0')

/** The hash stands there because of two that come to the same place in the same moment neither must hide the other. */
export const orderKey = ({ epochEnd, commitId, hash }: OrderPlace & { hash: string }): string =>
  `${numberKey(epochEnd)}-${commitId}-${hash}`

/** After all keys of that place, before those of the next one. */
export const afterOrderPlace = ({ epochEnd, commitId }: OrderPlace): string =>
  `${numberKey(epochEnd)}-${commitId}.`

interface OrderPlace {
  epochEnd: number
  commitId: string
}

export const toJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

export const fromJson = <T>(bytes: Buffer): T => JSON.parse(bytes.toString()) as T
