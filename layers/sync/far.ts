import { parseRegion } from '#octree/region'
import { regionBox } from '#octree/region-range'
import { boundsOf, type Filter } from './filter.ts'
import type { HolderAddress } from './holder-ticks.ts'
import type { FollowedWorld } from './live-ticks.ts'

/** What the bodies of a cell of the octree come to. */
export interface FarCell {
  region: string
  count: number
  /** Sum of mass × activity. */
  weight: number
  activityMean: number
}

/** Cells of side 2^exponent units of a world that somebody holds, at most 1,000 of them; undefined: nobody holds it. */
export type ReadCells = (world: FollowedWorld, exponent: number) => Promise<FarCell[] | undefined>

/** Cells are asked for at most so often, for all streams of a world together. */
export const farEveryMs = 1_000
const patienceMs = 5_000
const mostCells = 1_000

export const cellsOfHolder = (addressOf: HolderAddress, nowMs: () => number): ReadCells => {
  const asked = new Map<string, { atMs: number; cells: Promise<FarCell[] | undefined> }>()
  return (world, exponent) => {
    const key = `${world.worldId} ${exponent}`
    const known = asked.get(key)
    if (known !== undefined && nowMs() - known.atMs < farEveryMs) return known.cells
    if (asked.size > 1_000) asked.clear()
    const cells = readCells(addressOf, world, exponent)
    asked.set(key, { atMs: nowMs(), cells })
    return cells
  }
}

interface HolderCell {
  region: string
  count: number
  weight: number
  activity: { mean: number }
}

const readCells = async (
  addressOf: HolderAddress,
  world: FollowedWorld,
  exponent: number,
): Promise<FarCell[] | undefined> => {
  const address = await addressOf(world)
  if (address === undefined) return undefined
  const query = `cell=${exponent}&limit=${mostCells}`
  const response = await fetch(`${address}/worlds/${world.worldId}/regions?${query}`, {
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined)
  if (response === undefined || !response.ok) return undefined
  const { regions } = (await response.json()) as { regions: HolderCell[] }
  return regions.map(({ region, count, weight, activity }) => ({
    ...{ region, count, weight, activityMean: activity.mean },
  }))
}

/** Those that do not touch the box about the filter's shape; all where it has none. */
export const cellsOutside = (cells: readonly FarCell[], { shape }: Filter): FarCell[] => {
  if (shape === undefined) return [...cells]
  const { min, max } = boundsOf(shape)
  return cells.filter(({ region }) => {
    const { low, high } = regionBox(parseRegion(region))
    return [0, 1, 2].some((axis) => high[axis]! <= min[axis]! || low[axis]! > max[axis]!)
  })
}
