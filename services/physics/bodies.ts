import type { BodyArrays } from '#octree/bodies'
import {
  addBytes,
  allocateIds,
  findId,
  type IdTable,
  idTableBytes,
  removeId,
} from '#platform/arrays/id-table'
import type { BodyTraits } from '#world/body'
import type { Ramps } from './ramps.ts'

/**
 * The bodies of one world as a structure of arrays, dense 0 to count - 1. An index is storage only: removing
 * a body moves the last one into its place, and no result may depend on it. 81 bytes a body and its id.
 */
export interface Bodies extends BodyArrays {
  ids: IdTable
  /** Units per second. */
  vx: Float64Array
  vy: Float64Array
  vz: Float64Array
  jitter: Float64Array
  /** Bits of `flag`. */
  flags: Uint8Array
  /** The last tick that moved the body, as far as this process knows; 0: none. */
  movedTick: Float64Array
  /** Bodies of activity > 0. */
  active: number
  /** Of bodies whose activity is on its way. */
  ramps: Ramps
}

export const flag = {
  /** Exerts and ticks but does not move. */
  anchored: 1,
  /** Differs from its row, or has none. */
  dirty: 2,
  /** Its values were taken for its row, which is not yet written. */
  writing: 4,
  /** While hydrating only: the row was written by a tick, not with the entity. */
  simulated: 8,
} as const

/** The columns of doubles, in the order of checkpoints and rows. */
export const columns = ['x', 'y', 'z', 'vx', 'vy', 'vz', 'mass', 'activity', 'jitter'] as const

/** Room for so many bodies; grows when it must. */
export const allocateBodies = (capacity = 0, idBytes = 0): Bodies => ({
  count: 0,
  ids: allocateIds(capacity, idBytes),
  x: new Float64Array(capacity),
  y: new Float64Array(capacity),
  z: new Float64Array(capacity),
  vx: new Float64Array(capacity),
  vy: new Float64Array(capacity),
  vz: new Float64Array(capacity),
  mass: new Float64Array(capacity),
  activity: new Float64Array(capacity),
  jitter: new Float64Array(capacity),
  flags: new Uint8Array(capacity),
  movedTick: new Float64Array(capacity),
  active: 0,
  ramps: new Map(),
})

/** Some body is active, or becomes so by itself: it moves unless the world is paused. */
export const canMove = ({ active, ramps }: Bodies): boolean => active > 0 || ramps.size > 0

export const findBody = (bodies: Bodies, id: string): number => findId(bodies.ids, id)

/** Appends a body that is not there yet, and returns its index. Inert; its other columns are the caller's to set. */
export const addBody = (bodies: Bodies, idBytes: Uint8Array, from: number, length: number): number => {
  if (bodies.count === bodies.flags.length) growBodies(bodies)
  addBytes(bodies.ids, idBytes, from, length)
  const body = bodies.count++
  bodies.activity[body] = 0
  bodies.flags[body] = 0
  bodies.movedTick[body] = 0
  return body
}

/** The last body takes the place of the removed one. */
export const removeBody = (bodies: Bodies, body: number): void => {
  if (bodies.activity[body] > 0) bodies.active--
  removeId(bodies.ids, body)
  const last = --bodies.count
  for (const column of columns) bodies[column][body] = bodies[column][last]
  bodies.flags[body] = bodies.flags[last]
  bodies.movedTick[body] = bodies.movedTick[last]
}

export const setActivity = (bodies: Bodies, body: number, activity: number): void => {
  bodies.active += Number(activity > 0) - Number(bodies.activity[body] > 0)
  bodies.activity[body] = activity
}

export const setTraits = (bodies: Bodies, body: number, traits: BodyTraits): void => {
  setActivity(bodies, body, traits.activity)
  bodies.mass[body] = traits.mass
  bodies.jitter[body] = traits.jitter
  if (traits.anchored) {
    bodies.flags[body] |= flag.anchored
    setVelocity(bodies, body, 0, 0, 0)
  } else bodies.flags[body] &= ~flag.anchored
}

export const setPosition = (bodies: Bodies, body: number, [x, y, z]: readonly number[]): void => {
  bodies.x[body] = x
  bodies.y[body] = y
  bodies.z[body] = z
}

export const setVelocity = (bodies: Bodies, body: number, vx: number, vy: number, vz: number): void => {
  bodies.vx[body] = vx
  bodies.vy[body] = vy
  bodies.vz[body] = vz
}

export const bodiesBytes = (bodies: Bodies): number =>
  columns.reduce((sum, column) => sum + bodies[column].byteLength, 0) +
  bodies.flags.byteLength +
  bodies.movedTick.byteLength +
  idTableBytes(bodies.ids)

const growBodies = (bodies: Bodies): void => {
  const capacity = Math.ceil(bodies.count * 1.25) + 16
  for (const column of columns) {
    const larger = new Float64Array(capacity)
    larger.set(bodies[column])
    bodies[column] = larger
  }
  const flags = new Uint8Array(capacity)
  flags.set(bodies.flags)
  bodies.flags = flags
  const movedTick = new Float64Array(capacity)
  movedTick.set(bodies.movedTick)
  bodies.movedTick = movedTick
}
