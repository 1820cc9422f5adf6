import type { BodySelection } from '#octree/bodies'
import { fieldAccelerations } from '#octree/forces'
import { computeMoments } from '#octree/moments'
import { coordinateLimitUnits } from '#octree/region'
import { flag } from './bodies.ts'
import { addEntanglement } from './entanglement.ts'
import { addJitter } from './jitter.ts'
import { currentTree, type Simulation } from './simulation.ts'

/** Bodies between two yields: a few milliseconds at the usual opening angles. */
const blockBodies = 512

/** The last double below the limit. */
const border = coordinateLimitUnits - 2 ** -13

/**
 * One step of leapfrog in its kick-drift-kick form with the fixed dt of the settings, then damping:
 * v *= 1 − dampingPerSecond · dt, at least 0. Bodies of activity 0 and anchored ones stay where they are; a
 * velocity that an inert body has is kept for the day it becomes active. A body that would leave the world
 * stops at its border, on that axis. Field and entanglement act at the positions before and after the
 * drift, jitter with one draw per body and tick in both kicks.
 *
 * @yields every few milliseconds of work. Between two yields of a step the tree is that of the positions.
 */
export function* step(simulation: Simulation): Generator<void, void> {
  const { settings, work, tick } = simulation
  const { dtSeconds: dt, dampingPerSecond } = settings.physics
  const targets = selectMoving(simulation)
  if (!work.accelerationsCurrent) yield* accelerate(simulation, targets)
  kick(simulation, targets, dt / 2)
  addJitter(simulation, targets, tick, dt / 2)
  drift(simulation, targets, dt)
  yield* accelerate(simulation, targets)
  kick(simulation, targets, dt / 2)
  addJitter(simulation, targets, tick, dt / 2)
  settle(simulation, targets, Math.max(0, 1 - dampingPerSecond * dt))
}

/** The bodies that forces move; makes room for their accelerations. */
const selectMoving = ({ bodies, work }: Simulation): BodySelection => {
  const { count, activity, flags } = bodies
  if (work.ax.length < count) {
    work.ax = new Float64Array(flags.length)
    work.ay = new Float64Array(flags.length)
    work.az = new Float64Array(flags.length)
    work.moving = new Uint32Array(flags.length)
    work.accelerationsCurrent = false
  }
  let moving = 0
  for (let body = 0; body < count; body++)
    if (activity[body] > 0 && (flags[body] & flag.anchored) === 0) work.moving[moving++] = body
  return { count: moving, indices: work.moving }
}

function* accelerate(simulation: Simulation, targets: BodySelection): Generator<void, void> {
  const { bodies, hierarchy, settings, work } = simulation
  const { gravity, softeningUnits, openingAngle: theta, entanglement } = settings.physics
  const tree = currentTree(simulation)
  yield
  computeMoments(tree, bodies)
  yield
  yield* fieldAccelerations(tree, bodies, { gravity, softeningUnits, theta }, targets, work, blockBodies)
  yield* addEntanglement(hierarchy, bodies, tree.order, entanglement, targets, work)
  work.accelerationsCurrent = true
}

const kick = ({ bodies, work }: Simulation, targets: BodySelection, dt: number): void => {
  const { vx, vy, vz } = bodies
  const { ax, ay, az } = work
  for (let target = 0; target < targets.count; target++) {
    const body = targets.indices[target]
    vx[body] += ax[body] * dt
    vy[body] += ay[body] * dt
    vz[body] += az[body] * dt
  }
}

const drift = ({ bodies, work }: Simulation, targets: BodySelection, dt: number): void => {
  const { x, y, z, vx, vy, vz } = bodies
  for (let target = 0; target < targets.count; target++) {
    const body = targets.indices[target]
    driftAxis(x, vx, body, dt)
    driftAxis(y, vy, body, dt)
    driftAxis(z, vz, body, dt)
  }
  work.treeCurrent = false
  work.accelerationsCurrent = false
}

const driftAxis = (position: Float64Array, velocity: Float64Array, body: number, dt: number): void => {
  const next = position[body] + velocity[body] * dt
  if (Math.abs(next) < coordinateLimitUnits) {
    position[body] = next
    return
  }
  // a velocity that is not a number has no direction to leave in
  if (next > 0) position[body] = border
  else if (next < 0) position[body] = -border
  velocity[body] = 0
}

/** Damps, and marks what the step has changed. A velocity beyond the range of doubles becomes 0. */
const settle = (simulation: Simulation, targets: BodySelection, factor: number): void => {
  const { vx, vy, vz, flags } = simulation.bodies
  for (let target = 0; target < targets.count; target++) {
    const body = targets.indices[target]
    vx[body] = Number.isFinite(vx[body]) ? vx[body] * factor : 0
    vy[body] = Number.isFinite(vy[body]) ? vy[body] * factor : 0
    vz[body] = Number.isFinite(vz[body]) ? vz[body] * factor : 0
    flags[body] |= flag.dirty
  }
  if (targets.count > 0) simulation.hasDirty = true
}
