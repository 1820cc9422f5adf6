import * as z from 'zod'
import { coarsestRegionExponent, finestRegionExponent } from '#octree/region'

const classes = z.array(z.string().min(1).max(256)).max(1_000)

/** What a world's clients are told, and in what pieces. */
export const syncSettings = z.strictObject({
  /** Tick snapshots are kept by cells of side 2^e units, about as large as what a client watches. */
  cellExponent: z.int().min(finestRegionExponent).max(coarsestRegionExponent).default(6),
  /** Classes of entities that clients are told of in a group of their own; any other is of `entities`. */
  npcs: classes.default([]),
  resources: classes.default([]),
  buildings: classes.default([]),
  /** Every so many ticks clients are told what each region holds; 0: never. */
  digestTicks: z.int().min(0).max(1_000_000).default(100),
  /** Of tick snapshots, a second: where a world has more to tell, ticks are put together. */
  bytesPerSecond: z.int().min(1_024).max(100_000_000).default(65_536),
})

export type SyncSettings = z.output<typeof syncSettings>
