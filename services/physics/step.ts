import type { BodySelection } from '#octree/bodies'
import { computingField } from '#octree/forces'
import { coordinateLimitUnits } from '#octree/region'
import { buildingTree, prepareTree } from '#octree/tree'
import type { Blocks } from '#platform/arrays/drive'
import { compareIds } from '#platform/arrays/id-table'
import { flag } from './bodies.ts'
import { compute, computeThreads } from './compute.ts'
import { addEntanglement } from './entanglement.ts'
import { addGammaPull } from './gamma-force.ts'
import { addJitter } from './jitter.ts'
import { gatherMembers } from './members.ts'
import type { Simulation } from './simulation.ts'
import { fieldTree, loosenMoved } from './space.ts'

/** The last double below the limit. */
const border = coordinateLimitUnits - 2 ** -13

/**
 * One step of leapfrog in its kick-drift-kick form with the fixed dt of the settings, then damping:
 * v *= 1 − dampingPerSecond · dt, at least 0. Bodies of activity 0 and anchored ones stay where they are; a
 * velocity that an inert body has is kept for the day it becomes active. A body that would leave the world
 * stops at its border, on that axis. Field, entanglement and gamma act at the positions before and after
 * the drift, jitter with one draw per body and tick in both kicks.
 *
 * @yields after each pass over the bodies, and while other threads compute the field.
 */
export function* step(simulation: Simulation): Blocks<void> {
  const { settings, work, tick } = simulation
  const { dtSeconds: dt, dampingPerSecond } = settings.physics
  const targets = selectMoving(simulation)
  if (!work.accelerationsCurrent) yield* accelerate(simulation, targets)
  kick(simulation, targets, dt / 2)
  yield
  addJitter(simulation, targets, tick, dt / 2)
  yield
  drift(simulation, targets, dt)
  yield* accelerate(simulation, targets)
  kick(simulation, targets, dt / 2)
  yield
  addJitter(simulation, targets, tick, dt / 2)
  yield
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

function* accelerate(simulation: Simulation, targets: BodySelection): Blocks<void> {
  const { bodies, hierarchy, gamma, settings, work } = simulation
  if (bodies.active === bodies.count) yield* fieldOfAll(simulation)
  else yield* fieldOfMembers(simulation)
  yield
  yield* addEntanglement(hierarchy, bodies, settings.physics.entanglement, targets, work)
  yield* addGammaPull(gamma, settings.physics.gammaCoupling, bodies, targets, work)
  work.accelerationsCurrent = true
}

const fieldParameters = ({ settings }: Simulation) => {
  const { gravity, softeningUnits, openingAngle: theta } = settings.physics
  return { gravity, softeningUnits, theta }
}

/** One octree serves the field and whoever asks. */
function* fieldOfAll(simulation: Simulation): Blocks<void> {
  const { bodies, work } = simulation
  const tree = yield* fieldTree(work.space, bodies)
  const field = computingField(tree, bodies, fieldParameters(simulation), work)
  yield* compute(tree.kernel, field, bodies.count)
}

/** An octree of the active bodies alone: however many others a world has, they cost a step nothing. */
function* fieldOfMembers(simulation: Simulation): Blocks<void> {
  const { bodies, work } = simulation
  const members = (work.members = gatherMembers(bodies, work.members))
  const { count, indices } = members
  const tree = (work.field ??= prepareTree({ threads: computeThreads }))
  const byId = (i: number, j: number) => compareIds(bodies.ids, indices[i], indices[j])
  yield* compute(tree.kernel, buildingTree(tree, members, { compareIds: byId }), count)
  const field = computingField(tree, members, fieldParameters(simulation), work, indices)
  yield* compute(tree.kernel, field, count)
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

const drift = (simulation: Simulation, targets: BodySelection, dt: number): void => {
  const { bodies, work } = simulation
  const { x, y, z, vx, vy, vz, movedTick } = bodies
  for (let target = 0; target < targets.count; target++) {
    const body = targets.indices[target]
    const [fromX, fromY, fromZ] = [x[body], y[body], z[body]]
    driftAxis(x, vx, body, dt)
    driftAxis(y, vy, body, dt)
    driftAxis(z, vz, body, dt)
    if (x[body] !== fromX || y[body] !== fromY || z[body] !== fromZ) movedTick[body] = simulation.tick
  }
  loosenMoved(work.space, targets.indices, targets.count, bodies.count)
  if (targets.count > 0) work.accelerationsCurrent = false
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
