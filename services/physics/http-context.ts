import * as z from 'zod'
import { HttpProblem, notFound } from '#platform/http/problem'
import type { TickStore } from '#sync/tick-store'
import type { HeldWorld } from './held-world.ts'
import type { Past } from './past.ts'
import { PastUnavailable } from './past-error.ts'
import { pastProblem } from './past-route.ts'

/** What the routes ask the service. */
export interface PhysicsHttpContext {
  /** undefined: not held here. 'starting': held, but not hydrated yet. */
  find(worldId: string): HeldWorld | 'starting' | undefined
  health(): Record<string, unknown>
  past: Past
  /** Tick snapshots of worlds, be they held here. */
  ticks: TickStore
  /** Prometheus text, for GET /metrics; undefined where the numbers leave in another way. */
  metrics?: (() => Promise<string>) | undefined
}

export const worldPath = z.object({ worldId: z.uuid() })

const held = (context: PhysicsHttpContext, worldId: string): HeldWorld => {
  const world = context.find(worldId)
  if (world === 'starting')
    throw new HttpProblem(503, 'World is starting', 'The world is being loaded; ask again shortly.', {
      retryAfterSeconds: 1,
    })
  if (world === undefined) throw notFound(`world ${worldId} is not held here`)
  return world
}

/**
 * Asks a world, which may be given up or lost meanwhile.
 *
 * @throws HttpProblem 404 where it is not held here, 503 while it is loaded and where it was given up; what
 * `pastProblem` makes of a past that is not there.
 */
export const ask = async <T>(
  context: PhysicsHttpContext,
  worldId: string,
  question: (world: HeldWorld) => Promise<T>,
): Promise<T> => {
  const world = held(context, worldId)
  try {
    return await question(world)
  } catch (cause) {
    if (cause instanceof PastUnavailable) throw pastProblem(cause)
    if (context.find(worldId) === world && !world.isEnded()) throw cause
    throw new HttpProblem(503, 'World moved', 'The world was given up here meanwhile; ask again shortly.', {
      retryAfterSeconds: 2,
      cause,
    })
  }
}
