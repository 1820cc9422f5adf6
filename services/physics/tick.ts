import type { Blocks } from '#platform/arrays/drive'
import type { WorldEvent } from '#world/event'
import { applyEvent } from './apply.ts'
import { canMove } from './bodies.ts'
import { advanceRamps } from './ramps.ts'
import type { Simulation } from './simulation.ts'
import { step } from './step.ts'

/** The world moves by itself: it has an active body, or one that becomes active, and is not paused. */
export const isActive = ({ bodies, settings }: Simulation): boolean =>
  canMove(bodies) && !settings.physics.paused

/**
 * One tick, and whether it made a step: applies the events, which follow the state's seq without a gap, then makes a step where the world
 * is active. A paused world makes one only in a tick without events, which is what POST …/step asks for; so
 * the tick log alone tells which ticks were steps (I6).
 *
 * @yields during the step.
 */
export function* runTick(simulation: Simulation, events: WorldEvent[]): Blocks<boolean> {
  for (const event of events) applyEvent(simulation, event)
  simulation.tick++
  const { bodies, settings } = simulation
  if (!canMove(bodies) || (settings.physics.paused && events.length > 0)) return false
  advanceRamps(simulation)
  // the last one that was active has come to rest
  if (bodies.active === 0) return false
  yield* step(simulation)
  return true
}
