import { drive } from '#platform/arrays/drive'
import { idString } from '#platform/arrays/id-table'
import { looseNear } from './loose.ts'
import type { Simulation } from './simulation.ts'
import { roughTree } from './space.ts'

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

/** Nearest first. A live view: a tick that it shows may not be durable yet. */
export const findNear = async (
  { bodies, work }: Simulation,
  { centre, radius, limit }: NearQuery,
): Promise<NearEntity[]> => {
  const tree = await drive(roughTree(work.space, bodies))
  const { indices, distances } = looseNear(work.space, tree, bodies, centre, radius, limit)
  return indices.map((body, found) => ({
    id: idString(bodies.ids, body),
    position: [bodies.x[body], bodies.y[body], bodies.z[body]],
    distance: distances[found],
    activity: bodies.activity[body],
  }))
}
