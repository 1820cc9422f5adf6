import { commonExponent, finestExponent } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import type { Point } from './queries.ts'
import type { SearchTree } from './tree.ts'

/** A place between bodies in canonical order: that of a body that was there, or still is. */
export interface CanonicalPlace {
  position: Point
  /** Orders the body of an index by its id: negative when it comes before the place. Asked at the same position only. */
  compareId(body: number): number
}

/**
 * Orders two positions as the octree does: by Morton path, x before y before z, and within a finest cell by
 * x, y, z. 0 for equal positions.
 */
export function comparePositions([ax, ay, az]: Point, [bx, by, bz]: Point): number {
  const partsX = commonExponent(ax, bx)
  const partsY = commonExponent(ay, by)
  const partsZ = commonExponent(az, bz)
  const coarsest = Math.max(partsX, partsY, partsZ)
  if (coarsest === finestExponent) return ax - bx || ay - by || az - bz
  if (partsX === coarsest) return ax < bx ? -1 : 1
  if (partsY === coarsest) return ay < by ? -1 : 1
  return az < bz ? -1 : 1
}

/** The first rank whose body is after the place; the tree’s count where there is none. */
export function rankAfter(tree: SearchTree, bodies: BodyArrays, place: CanonicalPlace): number {
  return firstRank(tree, (body) => compareToPlace(bodies, body, place) > 0)
}

function compareToPlace({ x, y, z }: BodyArrays, body: number, place: CanonicalPlace): number {
  return comparePositions([x[body], y[body], z[body]], place.position) || place.compareId(body)
}

/** The first rank that passes a test which all ranks after it pass too, by bisection. */
export function firstRank({ order, count }: SearchTree, passes: (body: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (passes(order[middle])) high = middle
    else low = middle + 1
  }
  return low
}
