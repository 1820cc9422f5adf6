import { nearest, withinSphere } from '#octree/queries'
import { idString } from './id-table.ts'
import type { Simulation } from './simulation.ts'
import { currentTree } from './space.ts'

/** Around a point: the nearest `limit` bodies, and within `radius` where it is given. */
export interface NearQuery {
  centre: readonly [number, number, number]
  radius: number | undefined
  limit: number
}

export interface NearEntity {
  id: string
  position: [number, number, number]
  /** Units. */
  distance: number
  activity: number
}

/**
 * Nearest first, by the octree of the positions as they are: it is made anew where events moved bodies since
 * the last tick. A live view: a tick that it shows may not be durable yet.
 */
export const findNear = async (
  simulation: Simulation,
  { centre, radius, limit }: NearQuery,
): Promise<NearEntity[]> => {
  const { bodies } = simulation
  const tree = await currentTree(simulation)
  const { indices, distances } =
    radius === undefined
      ? nearest(tree, bodies, ...centre, limit)
      : withinSphere(tree, bodies, ...centre, radius, limit)
  return indices.map((body, found) => ({
    id: idString(bodies.ids, body),
    position: [bodies.x[body], bodies.y[body], bodies.z[body]],
    distance: distances[found],
    activity: bodies.activity[body],
  }))
}
