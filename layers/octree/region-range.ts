import { powerOfTwo } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { type CanonicalPlace, comparePositions, firstRank, rankAfter } from './canonical-place.ts'
import { checkCount, type Point } from './queries.ts'
import { parseRegion, type Region } from './region.ts'
import type { SearchTree } from './tree.ts'

/** Ranks `from` to `to - 1`. */
export interface RankRange {
  from: number
  to: number
}

/** The edges of a region in world units: low ones belong to it, high ones do not. */
export interface RegionBox {
  low: Point
  high: Point
}

export function regionBox({ exponent, x, y, z }: Region): RegionBox {
  const side = powerOfTwo(exponent)
  return { low: [x * side, y * side, z * side], high: [(x + 1) * side, (y + 1) * side, (z + 1) * side] }
}

export function isInside({ low, high }: RegionBox, { x, y, z }: BodyArrays, body: number): boolean {
  const inX = x[body] >= low[0] && x[body] < high[0]
  const inY = y[body] >= low[1] && y[body] < high[1]
  return inX && inY && z[body] >= low[2] && z[body] < high[2]
}

/**
 * The ranks of a region's bodies. They are consecutive whatever the region's side, because canonical order
 * never leaves a cell of the grid before it is done with it; so this bisects the order in O(log N), and
 * needs no node to have the region's exponent.
 */
export function regionRange(tree: SearchTree, bodies: BodyArrays, region: Region): RankRange {
  const box = regionBox(region)
  const { x, y, z } = bodies
  const isBefore = (body: number) => comparePositions([x[body], y[body], z[body]], box.low) < 0
  return {
    from: firstRank(tree, (body) => !isBefore(body)),
    to: firstRank(tree, (body) => !isBefore(body) && !isInside(box, bodies, body)),
  }
}

/** What `withinRegion` may be told. */
export interface RegionBodiesOptions {
  /** Default: all. */
  limit?: number
  /** Only bodies after it: that of the last body of the page before. */
  after?: CanonicalPlace | undefined
}

/**
 * Finds the bodies of a region, the first `limit` in canonical order, and whether there are more of them.
 *
 * @param name of the region; undefined: the whole world.
 * @throws RangeError for a name that is not a region, and a limit that is not an integer of at least 1.
 */
export function withinRegion(
  tree: SearchTree,
  bodies: BodyArrays,
  name: string | undefined,
  { limit, after }: RegionBodiesOptions = {},
): { indices: number[]; more: boolean } {
  if (limit !== undefined) checkCount('limit', limit)
  const range = namedRange(tree, bodies, name)
  const from = after === undefined ? range.from : Math.max(range.from, rankAfter(tree, bodies, after))
  const to = Math.max(from, Math.min(range.to, from + (limit ?? range.to)))
  return { indices: [...tree.order.subarray(from, to)], more: to < range.to }
}

/** @throws RangeError for a name that is not a region. */
export function namedRange(tree: SearchTree, bodies: BodyArrays, name: string | undefined): RankRange {
  return name === undefined ? { from: 0, to: tree.count } : regionRange(tree, bodies, parseRegion(name))
}
