import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/**
 * The table: partition key `partition`, sort key `key`, both texts, and `expiresAt` (seconds) for its time to live.
 *
 * | partition               | key             | row                                                                     |
 * | ----------------------- | --------------- | ----------------------------------------------------------------------- |
 * | [world, "latest"]       | latest          | how far the world is and who writes: world-row.ts                        |
 * | [world, "*", bucket]      | tick.writer      | a tick's head, with its slices where they are small: heads.ts           |
 * | [world, "regions", bucket] | tick.writer.part | which regions a tick has, and in how many parts, for whoever reads all  |
 * | [world, region, bucket] | tick.writer.part | a region's slice in a tick                                              |
 *
 * What a writer leaves that has been replaced, or whose put failed halfway, stands beside what is true, and is not read:
 * world-state.ts.
 */
export type Item = Record<string, AttributeValue>

/** A tick as one writer wrote it. */
export interface WrittenTick {
  tick: number
  /** Names a writer from its first put, or from the one after a put that failed; without a full stop. */
  writer: string
}

/**
 * Ticks a bucket. A read has 1,000 ticks at most (docs/sync-protocol.md), so it touches two buckets and asks each region
 * twice; at 10 to 60 Hz a world moves on to another partition, and its load with it, every 17 to 100 s.
 */
export const bucketTicks = 1_000

export const bucketOf = (tick: number): number => Math.floor(tick / bucketTicks)

/** JSON keeps the parts apart, whatever characters are in them. No region is named like `heads` or `names`. */
export const partitionOf = (worldId: string, region: string, bucket?: number): string =>
  JSON.stringify(bucket === undefined ? [worldId, region] : [worldId, region, bucket])

export const heads = '*'
export const names = 'regions'

/** 2^53 has 16 digits: numbers sort as texts. */
const digits = (value: number): string => String(value).padStart(16, '0')

export const tickKey = (tick: number): string => digits(tick)

export const writtenKey = ({ tick, writer }: WrittenTick): string => `${digits(tick)}.${writer}`

export const partKey = (written: WrittenTick, part: number): string =>
  `${writtenKey(written)}.${String(part).padStart(4, '0')}`

/** Of the key of a head or of a part. */
export const writtenOf = (key: string): WrittenTick => {
  const [tick, writer] = key.split('.')
  return { tick: Number(tick), writer: writer! }
}
