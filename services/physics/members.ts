import type { BodyArrays } from '#octree/bodies'
import type { Bodies } from './bodies.ts'

/** The active bodies of a world where others are not: copies of what the field needs, in storage order. */
export interface Members extends BodyArrays {
  /** Body index of each member. */
  indices: Uint32Array
}

const columns = ['x', 'y', 'z', 'mass', 'activity'] as const

/** Gathers the active bodies, into the arrays of `reuse` where they are long enough. */
export const gatherMembers = (bodies: Bodies, reuse: Members | undefined): Members => {
  const members =
    reuse !== undefined && reuse.indices.length >= bodies.active ? reuse : allocate(bodies.active)
  const { activity } = bodies
  const { indices } = members
  let count = 0
  for (let body = 0; body < bodies.count; body++) if (activity[body] > 0) indices[count++] = body
  members.count = count
  for (const column of columns) {
    const from = bodies[column]
    const to = members[column]
    for (let member = 0; member < count; member++) to[member] = from[indices[member]]
  }
  return members
}

const allocate = (active: number): Members => {
  const capacity = Math.ceil(active * 1.25) + 16
  const doubles = () => new Float64Array(capacity)
  return {
    ...{ count: 0, indices: new Uint32Array(capacity) },
    ...{ x: doubles(), y: doubles(), z: doubles(), mass: doubles(), activity: doubles() },
  }
}
