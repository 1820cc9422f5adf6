import { powerOfTwo } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { DistanceQueue } from './distance-queue.ts'
import { cellStride } from './nodes.ts'
import type { Point } from './queries.ts'
import { checkCoordinate } from './region.ts'
import type { SearchTree } from './tree.ts'

/** A ray through the world, in units. */
export interface Ray {
  origin: Point
  /** Of any length but 0. */
  direction: Point
  /** How close a body must come to be hit, finite and not negative. */
  radius: number
  /** How far the ray reaches; Infinity: all the way. */
  maxDistance: number
}

/** The first body that a ray comes upon. */
export interface RayHit {
  index: number
  /** Along the ray, where the body first is within the radius: 0 for one that is so at the origin. */
  distance: number
}

/** The ray with a direction of length 1. */
interface UnitRay {
  origin: Point
  unit: Point
  radius: number
  maxDistance: number
}

/** Longer than the diagonal of the world. */
const longestWayUnits = 2 ** 42

/** A cell is taken to be larger by this share of its distance, well above what rounding does to a body in it. */
const slackShare = powerOfTwo(-46)
/** Units. The square of anything smaller is 0 in doubles, so such a body counts as met by a ray of no radius. */
const leastSlack = powerOfTwo(-530)

/**
 * Finds the body that a ray comes upon first: of the bodies p with |p − (o + t·d)| ≤ radius for some t from
 * 0 to the maximum distance, the one with the smallest such t; of equal ones the first in canonical order.
 *
 * Nodes and bodies come up in the order of their distance along the ray, as in the search for neighbours,
 * so that nothing behind the hit is opened.
 *
 * @throws RangeError for an origin outside the world, a direction that is not finite or 0, a radius or a
 * maximum distance that is negative or NaN, and a radius that is not finite.
 */
export function firstAlongRay(tree: SearchTree, bodies: BodyArrays, ray: Ray): RayHit | undefined {
  const unitRay = checkRay(ray)
  const { nodes, order } = tree
  const queue = new DistanceQueue()
  // Nodes are negative items, bodies their ranks: at equal distance nodes come first, then canonical order.
  if (nodes.count > 0) queue.push(0, -1)
  while (queue.size > 0) {
    const distance = queue.leastDistance
    const item = queue.pop()
    if (item >= 0) return { index: order[item], distance }
    const node = -1 - item
    if (nodes.leaf[node] === 1) queueBodies(queue, tree, bodies, node, unitRay)
    else queueChildren(queue, tree, node, unitRay)
  }
  return undefined
}

function checkRay({ origin, direction, radius, maxDistance }: Ray): UnitRay {
  for (const axis of [0, 1, 2] as const) {
    checkCoordinate(`origin[${axis}]`, origin[axis])
    if (Number.isFinite(direction[axis])) continue
    throw new RangeError(`direction[${axis}] must be finite, not ${direction[axis]}`)
  }
  if (!(radius >= 0 && radius < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`radius must be finite and not negative, not ${radius}`)
  }
  if (!(maxDistance >= 0)) throw new RangeError(`maxDistance must not be negative, not ${maxDistance}`)
  const unit = toUnit(direction)
  if (unit === undefined) throw new RangeError('direction must not be 0')
  return { origin, unit, radius, maxDistance: Math.min(maxDistance, longestWayUnits) }
}

/** Scaled by the largest component first: the square of a long or a short direction leaves the doubles. */
function toUnit([dx, dy, dz]: Point): Point | undefined {
  const largest = Math.max(Math.abs(dx), Math.abs(dy), Math.abs(dz))
  if (largest === 0) return undefined
  const [x, y, z] = [dx / largest, dy / largest, dz / largest]
  const length = Math.sqrt(x * x + y * y + z * z)
  return [x / length, y / length, z / length]
}

function queueBodies(
  queue: DistanceQueue,
  { nodes, order }: SearchTree,
  { x, y, z }: BodyArrays,
  node: number,
  ray: UnitRay,
): void {
  const [ox, oy, oz] = ray.origin
  const end = nodes.first[node] + nodes.bodies[node]
  for (let rank = nodes.first[node]; rank < end; rank++) {
    const body = order[rank]
    const distance = reach(x[body] - ox, y[body] - oy, z[body] - oz, ray)
    if (distance <= ray.maxDistance) queue.push(distance, rank)
  }
}

/**
 * Where the ray comes within the radius of a point (wx, wy, wz) from its origin; Infinity: nowhere. What is
 * across the ray is taken from the vector, since |w|² − along² would cancel far out.
 */
function reach(wx: number, wy: number, wz: number, { unit: [ux, uy, uz], radius }: UnitRay): number {
  const radiusSquared = radius * radius
  if (wx * wx + wy * wy + wz * wz <= radiusSquared) return 0
  const along = wx * ux + wy * uy + wz * uz
  const cx = wx - along * ux
  const cy = wy - along * uy
  const cz = wz - along * uz
  const rest = radiusSquared - (cx * cx + cy * cy + cz * cz)
  if (along < 0 || rest < 0) return Number.POSITIVE_INFINITY
  return Math.max(0, along - Math.sqrt(rest))
}

function queueChildren(queue: DistanceQueue, { nodes }: SearchTree, node: number, ray: UnitRay): void {
  const { origin, maxDistance } = ray
  for (let child = node + 1; child < nodes.next[node]; child = nodes.next[child]) {
    const distance = cellReach(
      nodes.cells[cellStride * child] - origin[0],
      nodes.cells[cellStride * child + 1] - origin[1],
      nodes.cells[cellStride * child + 2] - origin[2],
      nodes.cells[cellStride * child + 3],
      ray,
    )
    if (distance <= maxDistance) queue.push(distance, -1 - child)
  }
}

/**
 * No body in the cell whose lowest corner is (x, y, z) from the origin is reached before this; Infinity:
 * none is at all. It is where the ray enters the cell grown by the radius and some slack.
 */
function cellReach(x: number, y: number, z: number, side: number, { unit, radius }: UnitRay): number {
  const farthest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) + side + radius
  const margin = radius + farthest * slackShare + leastSlack
  let enters = 0
  let leaves = Number.POSITIVE_INFINITY
  for (let axis = 0; axis < 3; axis++) {
    const corner = axis === 0 ? x : axis === 1 ? y : z
    const low = corner - margin
    const high = corner + side + margin
    if (unit[axis] === 0) {
      if (low > 0 || high < 0) return Number.POSITIVE_INFINITY
      continue
    }
    const one = low / unit[axis]
    const other = high / unit[axis]
    enters = Math.max(enters, Math.min(one, other))
    leaves = Math.min(leaves, Math.max(one, other))
  }
  const slack = enters * slackShare
  return enters - slack <= leaves + slack ? enters - slack : Number.POSITIVE_INFINITY
}
