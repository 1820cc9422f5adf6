import { comparePositions } from '#octree/canonical-place'
import { type Neighbours, nearest, type Point, withinBox, withinSphere } from '#octree/queries'
import type { SearchTree } from '#octree/tree'
import { compareIds } from '#platform/arrays/id-table'
import type { Bodies } from './bodies.ts'
import type { Space } from './space.ts'

/** Questions to a rough tree and to the bodies that are loose beside it. */

/** As `withinSphere` and, without a radius, `nearest` of the bodies as they are. */
export const looseNear = (
  space: Space,
  tree: SearchTree,
  bodies: Bodies,
  centre: Point,
  radius: number | undefined,
  limit: number,
): Neighbours => {
  const ask = (most: number) =>
    radius === undefined
      ? nearest(tree, bodies, ...centre, most)
      : withinSphere(tree, bodies, ...centre, radius, most)
  if (space.loose.size + space.staleCount === 0) return ask(limit)
  const reach = radius === undefined ? Number.POSITIVE_INFINITY : radius * radius
  const found = [...firmOf(space, ask, limit), ...looseWithin(space, bodies, centre, reach)]
  found.sort((a, b) => a.distance - b.distance || compareBodies(bodies, a.body, b.body))
  const first = found.slice(0, limit)
  return { indices: first.map(({ body }) => body), distances: first.map(({ distance }) => distance) }
}

interface Found {
  body: number
  distance: number
}

/** The tree's nearest whose entries hold: asked for more until there are enough of them, or no more at all. */
const firmOf = (space: Space, ask: (most: number) => Neighbours, limit: number): Found[] => {
  for (let most = limit + Math.min(space.staleCount, 16); ; most *= 2) {
    const { indices, distances } = ask(most)
    const firm = indices
      .map((body, at) => ({ body, distance: distances[at] }))
      .filter(({ body }) => space.stale[body] === 0)
    if (firm.length >= limit || indices.length < most) return firm
  }
}

const looseWithin = (space: Space, { x, y, z }: Bodies, [cx, cy, cz]: Point, reach: number): Found[] => {
  const found: Found[] = []
  for (const body of space.loose) {
    const [dx, dy, dz] = [x[body] - cx, y[body] - cy, z[body] - cz]
    const square = dx * dx + dy * dy + dz * dz
    if (square <= reach) found.push({ body, distance: Math.sqrt(square) })
  }
  return found
}

/** As `withinBox` of the bodies as they are. */
export const looseBox = (
  space: Space,
  tree: SearchTree,
  bodies: Bodies,
  min: Point,
  max: Point,
  limit: number,
): number[] => {
  const { indices } = withinBox(tree, bodies, min, max, limit + space.staleCount)
  if (space.loose.size + space.staleCount === 0) return indices
  const { x, y, z } = bodies
  const isInside = (body: number) =>
    x[body] >= min[0] &&
    x[body] <= max[0] &&
    y[body] >= min[1] &&
    y[body] <= max[1] &&
    z[body] >= min[2] &&
    z[body] <= max[2]
  const firm = indices.filter((body) => space.stale[body] === 0)
  const inside = [...firm]
  for (const body of space.loose) if (isInside(body)) inside.push(body)
  return inside.sort((a, b) => compareBodies(bodies, a, b)).slice(0, limit)
}

const compareBodies = ({ x, y, z, ids }: Bodies, i: number, j: number): number =>
  comparePositions([x[i], y[i], z[i]], [x[j], y[j], z[j]]) || compareIds(ids, i, j)
