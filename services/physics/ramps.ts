import { type Bodies, findBody, flag, setActivity } from './bodies.ts'
import type { Simulation } from './simulation.ts'

/** An activity on its way to another one by equal steps, one in each tick that is a step. */
export interface Ramp {
  target: number
  /** At least 1; the last tick lands exactly on the target. */
  ticksLeft: number
}

/** By entity. Part of the state: the hash covers them, a checkpoint has them. */
export type Ramps = Map<string, Ramp>

/** As checkpoints have them: id, target, ticks left; in the order of the ids. */
export const rampList = (ramps: Ramps): [string, number, number][] =>
  [...ramps]
    .map(([id, { target, ticksLeft }]): [string, number, number] => [id, target, ticksLeft])
    .sort(([a], [b]) => (a < b ? -1 : 1))

export const rampsOf = (list: readonly [string, number, number][]): Ramps =>
  new Map(list.map(([id, target, ticksLeft]) => [id, { target, ticksLeft }]))

/** Takes every ramp one tick further, before the tick's step; one that has come to its end is gone. */
export const advanceRamps = (simulation: Simulation): void => {
  const { bodies, work } = simulation
  if (bodies.ramps.size === 0) return
  for (const [id, ramp] of bodies.ramps) advance(bodies, id, ramp)
  simulation.hasDirty = true
  work.accelerationsCurrent = false
}

const advance = (bodies: Bodies, id: string, { target, ticksLeft }: Ramp): void => {
  const body = findBody(bodies, id)
  const activity = bodies.activity[body]
  setActivity(bodies, body, ticksLeft === 1 ? target : activity + (target - activity) / ticksLeft)
  bodies.flags[body] |= flag.dirty
  if (ticksLeft === 1) bodies.ramps.delete(id)
  else bodies.ramps.set(id, { target, ticksLeft: ticksLeft - 1 })
}
