import type { BodyArrays } from './bodies.ts'
import { DistanceQueue } from './distance-queue.ts'
import { foundRoom } from './kernel-memory.ts'
import { cellStride } from './nodes.ts'
import { checkCoordinate } from './region.ts'
import type { SearchTree } from './tree.ts'

/** Body indices by distance from a point, equal distances in canonical order; distances in units. */
export interface Neighbours {
  indices: number[]
  distances: number[]
}

/** A position or a corner in world units: x, y, z. */
export type Point = readonly [number, number, number]

/**
 * Finds the bodies at most `radius` units from a point, the nearest `limit` of them.
 *
 * @param tree built from these bodies where they are now, as for all queries.
 * @param limit default: all.
 * @throws RangeError for a centre outside the world, a radius that is negative or not finite, a limit that
 * is not an integer of at least 1.
 */
export function withinSphere(
  tree: SearchTree,
  bodies: BodyArrays,
  cx: number,
  cy: number,
  cz: number,
  radius: number,
  limit?: number,
): Neighbours {
  checkCentre(cx, cy, cz)
  checkRadius(radius)
  if (limit !== undefined) checkCount('limit', limit)
  const reach = radius * radius
  if (limit !== undefined) return nearestWithin(tree, bodies, [cx, cy, cz], reach, limit)
  const found = tree.kernel.exports.withinReach(cx, cy, cz, reach, foundRoom)
  if (found === -1) return search(tree, bodies, [cx, cy, cz], reach, Number.POSITIVE_INFINITY)
  tree.kernel.exports.sortFound()
  return foundBodies(tree, found)
}

/**
 * The bodies at most `radius` units from a point, in canonical order: for who needs no distances, a third faster.
 *
 * @throws RangeError as `withinSphere`.
 */
export function bodiesWithin(
  tree: SearchTree,
  bodies: BodyArrays,
  cx: number,
  cy: number,
  cz: number,
  radius: number,
): number[] {
  checkCentre(cx, cy, cz)
  checkRadius(radius)
  const count = tree.kernel.exports.withinReach(cx, cy, cz, radius * radius, foundRoom)
  if (count === -1) {
    const { indices } = search(tree, bodies, [cx, cy, cz], radius * radius, Number.POSITIVE_INFINITY)
    return inCanonicalOrder(tree, indices)
  }
  const { order, arrays } = tree
  const { ranks } = arrays.found
  const indices = new Array<number>(count)
  for (let place = 0; place < count; place++) indices[place] = order[ranks[place]]
  return indices
}

function inCanonicalOrder({ order, count }: SearchTree, indices: number[]): number[] {
  const isFound = new Uint8Array(count)
  for (const body of indices) isFound[body] = 1
  return Array.from(order.subarray(0, count).filter((body) => isFound[body] === 1))
}

/**
 * Finds the k bodies nearest to a point; fewer where the world has fewer.
 *
 * @throws RangeError for a centre outside the world or a k that is not an integer of at least 1.
 */
export function nearest(
  tree: SearchTree,
  bodies: BodyArrays,
  cx: number,
  cy: number,
  cz: number,
  k: number,
): Neighbours {
  checkCentre(cx, cy, cz)
  checkCount('k', k)
  return nearestWithin(tree, bodies, [cx, cy, cz], Number.POSITIVE_INFINITY, k)
}

/** By the kernel, or here where they may be more than it has room for. */
function nearestWithin(
  tree: SearchTree,
  bodies: BodyArrays,
  centre: Point,
  reach: number,
  limit: number,
): Neighbours {
  if (limit > foundRoom) return search(tree, bodies, centre, reach, limit)
  return foundBodies(tree, tree.kernel.exports.nearestBodies(...centre, reach, limit))
}

function foundBodies({ arrays, order }: SearchTree, count: number): Neighbours {
  const { ranks, squares } = arrays.found
  const indices = new Array<number>(count)
  const distances = new Array<number>(count)
  for (let place = 0; place < count; place++) {
    indices[place] = order[ranks[place]]
    distances[place] = Math.sqrt(squares[place])
  }
  return { indices, distances }
}

/**
 * Finds the bodies in a box, faces included, the first `limit` in canonical order.
 *
 * @param limit default: all.
 * @throws RangeError for a corner that is not finite, a minimum above its maximum, or a limit that is not
 * an integer of at least 1.
 */
export function withinBox(
  tree: SearchTree,
  bodies: BodyArrays,
  min: Point,
  max: Point,
  limit?: number,
): { indices: number[] } {
  checkBox(min, max)
  if (limit !== undefined) checkCount('limit', limit)
  const most = limit ?? Number.POSITIVE_INFINITY
  const { nodes, order } = tree
  const { cells } = nodes
  const { x, y, z } = bodies
  const [minX, minY, minZ] = min
  const [maxX, maxY, maxZ] = max
  const indices: number[] = []
  let node = 0
  while (node < nodes.count && indices.length < most) {
    const lowX = cells[cellStride * node]
    const lowY = cells[cellStride * node + 1]
    const lowZ = cells[cellStride * node + 2]
    const side = cells[cellStride * node + 3]
    const outside =
      lowX > maxX ||
      lowY > maxY ||
      lowZ > maxZ ||
      lowX + side < minX ||
      lowY + side < minY ||
      lowZ + side < minZ
    if (!outside && nodes.leaf[node] === 0) {
      node++
      continue
    }
    const end = outside ? 0 : nodes.first[node] + nodes.bodies[node]
    for (let rank = nodes.first[node]; rank < end && indices.length < most; rank++) {
      const body = order[rank]
      const inX = x[body] >= minX && x[body] <= maxX
      const inY = y[body] >= minY && y[body] <= maxY
      if (inX && inY && z[body] >= minZ && z[body] <= maxZ) indices.push(body)
    }
    node = nodes.next[node]
  }
  return { indices }
}

/**
 * Incremental nearest-neighbour search (Hjaltason and Samet 1999): one queue holds nodes and bodies by
 * distance; a node that comes up is replaced by what is in it, a body that comes up is the next result.
 * The distance to a cell is computed like that to a body in it, so rounding cannot put the cell behind.
 */
function search(
  tree: SearchTree,
  bodies: BodyArrays,
  centre: Point,
  reachSquared: number,
  limit: number,
): Neighbours {
  const { nodes, order } = tree
  const found: Neighbours = { indices: [], distances: [] }
  const queue = new DistanceQueue()
  // Nodes are negative items, bodies their ranks: at equal distance nodes come first, then canonical order.
  if (nodes.count > 0) queue.push(0, -1)
  while (queue.size > 0 && found.indices.length < limit) {
    const distanceSquared = queue.leastDistance
    const item = queue.pop()
    if (item >= 0) {
      found.indices.push(order[item])
      found.distances.push(Math.sqrt(distanceSquared))
      continue
    }
    const node = -1 - item
    if (nodes.leaf[node] === 1) queueBodies(queue, tree, bodies, node, centre, reachSquared)
    else queueChildren(queue, tree, node, centre, reachSquared)
  }
  return found
}

function queueBodies(
  queue: DistanceQueue,
  { nodes, order }: SearchTree,
  { x, y, z }: BodyArrays,
  node: number,
  [cx, cy, cz]: Point,
  reachSquared: number,
): void {
  const end = nodes.first[node] + nodes.bodies[node]
  for (let rank = nodes.first[node]; rank < end; rank++) {
    const body = order[rank]
    const dx = x[body] - cx
    const dy = y[body] - cy
    const dz = z[body] - cz
    const distanceSquared = dx * dx + dy * dy + dz * dz
    if (distanceSquared <= reachSquared) queue.push(distanceSquared, rank)
  }
}

function queueChildren(
  queue: DistanceQueue,
  { nodes }: SearchTree,
  node: number,
  [cx, cy, cz]: Point,
  reachSquared: number,
): void {
  for (let child = node + 1; child < nodes.next[node]; child = nodes.next[child]) {
    const side = nodes.cells[cellStride * child + 3]
    const dx = gap(nodes.cells[cellStride * child], side, cx)
    const dy = gap(nodes.cells[cellStride * child + 1], side, cy)
    const dz = gap(nodes.cells[cellStride * child + 2], side, cz)
    const distanceSquared = dx * dx + dy * dy + dz * dz
    if (distanceSquared <= reachSquared) queue.push(distanceSquared, -1 - child)
  }
}

/** Distance on one axis from a coordinate to an interval; 0 inside. */
function gap(low: number, side: number, coordinate: number): number {
  if (coordinate < low) return low - coordinate
  const high = low + side
  return coordinate > high ? coordinate - high : 0
}

function checkCentre(cx: number, cy: number, cz: number): void {
  checkCoordinate('cx', cx)
  checkCoordinate('cy', cy)
  checkCoordinate('cz', cz)
}

/**
 * Refuses what is not a number of things.
 *
 * @throws RangeError that names the argument.
 */
function checkRadius(radius: number): void {
  if (!(radius >= 0 && radius < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`radius must be finite and not negative, not ${radius}`)
  }
}

export function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} must be an integer of at least 1, not ${value}`)
  }
}

function checkBox(min: Point, max: Point): void {
  for (const axis of [0, 1, 2] as const) {
    if (!Number.isFinite(min[axis])) throw new RangeError(`min[${axis}] must be finite, not ${min[axis]}`)
    if (!Number.isFinite(max[axis])) throw new RangeError(`max[${axis}] must be finite, not ${max[axis]}`)
    if (min[axis] > max[axis]) {
      throw new RangeError(`min[${axis}] must not exceed max[${axis}]: ${min[axis]} > ${max[axis]}`)
    }
  }
}
