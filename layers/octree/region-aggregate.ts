import type { BodyArrays } from './bodies.ts'
import { checkCount, type Point } from './queries.ts'
import { checkExponent, nameRegion, parseRegion, regionAt } from './region.ts'
import { isInside, namedRange, regionBox, regionRange } from './region-range.ts'
import type { SearchTree } from './tree.ts'

/** What the bodies of one region come to. */
export interface RegionAggregate {
  /** `e:x:y:z` */
  name: string
  /** Bodies, at least 1. */
  count: number
  /** Sum of mass × activity. */
  weight: number
  activityMean: number
  /** Of the population: the mean square of the differences from the mean. */
  activityVariance: number
  /** Lowest and highest coordinates of the bodies, in world units. */
  min: Point
  max: Point
}

/** What `aggregateRegions` may be told. */
export interface RegionsOptions {
  /** Only regions in this one, which may be of their own size; default: the whole world. */
  parent?: string | undefined
  /** Most regions; default: all. */
  limit?: number
  /** Only regions after this one in Morton order: the last of the page before, which may be empty by now. */
  after?: string | undefined
}

/**
 * Sums up every region of side 2^exponent units that holds a body, in Morton order, and tells whether there
 * are more than the limit. Costs two bisections and one pass over the bodies of the regions that it answers:
 * in canonical order, so that the sums depend on the bodies alone.
 *
 * @throws RangeError for an exponent that is not an integer from -13 to 40, a parent that is no region or
 * is finer, an `after` that is no region of this exponent, and a limit that is not an integer of at least 1.
 */
export function aggregateRegions(
  tree: SearchTree,
  bodies: BodyArrays,
  exponent: number,
  { parent, limit, after }: RegionsOptions = {},
): { regions: RegionAggregate[]; more: boolean } {
  checkExponent(exponent)
  if (limit !== undefined) checkCount('limit', limit)
  checkParent(exponent, parent)
  const range = namedRange(tree, bodies, parent)
  let from = after === undefined ? range.from : Math.max(range.from, rankPast(tree, bodies, exponent, after))
  const regions: RegionAggregate[] = []
  while (from < range.to && regions.length < (limit ?? range.to)) {
    const region = aggregateFrom(tree, bodies, exponent, from)
    regions.push(region)
    from += region.count
  }
  return { regions, more: from < range.to }
}

function checkParent(exponent: number, parent: string | undefined): void {
  if (parent === undefined || parseRegion(parent).exponent >= exponent) return
  throw new RangeError(`parent must be a region of exponent ${exponent} or more, not ${parent}`)
}

/** The first rank after the region. */
function rankPast(tree: SearchTree, bodies: BodyArrays, exponent: number, name: string): number {
  const region = parseRegion(name)
  if (region.exponent !== exponent) {
    throw new RangeError(`after must be a region of exponent ${exponent}, not ${name}`)
  }
  return regionRange(tree, bodies, region).to
}

/**
 * The region that begins at a rank. Mean and variance by Welford's recurrence, which does not cancel where
 * the activities are large and close together, and gives exactly 0 where they are equal.
 */
function aggregateFrom(
  tree: SearchTree,
  bodies: BodyArrays,
  exponent: number,
  from: number,
): RegionAggregate {
  const { order, count: bodyCount } = tree
  const { x, y, z, mass, activity } = bodies
  const first = order[from]
  const region = regionAt(x[first], y[first], z[first], exponent)
  const box = regionBox(region)
  let count = 0
  let weight = 0
  let mean = 0
  let squares = 0
  const min: [number, number, number] = [x[first], y[first], z[first]]
  const max: [number, number, number] = [x[first], y[first], z[first]]
  for (let rank = from; rank < bodyCount && isInside(box, bodies, order[rank]); rank++) {
    const body = order[rank]
    count++
    weight += mass[body] * activity[body]
    const difference = activity[body] - mean
    mean += difference / count
    squares += difference * (activity[body] - mean)
    extend(min, max, x[body], y[body], z[body])
  }
  return {
    name: nameRegion(region),
    ...{ count, weight, activityMean: mean, activityVariance: squares / count, min, max },
  }
}

function extend(
  min: [number, number, number],
  max: [number, number, number],
  x: number,
  y: number,
  z: number,
): void {
  if (x < min[0]) min[0] = x
  if (y < min[1]) min[1] = y
  if (z < min[2]) min[2] = z
  if (x > max[0]) max[0] = x
  if (y > max[1]) max[1] = y
  if (z > max[2]) max[2] = z
}
