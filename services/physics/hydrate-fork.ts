import type pg from 'pg'
import { flag } from './bodies.ts'
import { readNewestCheckpoint } from './checkpoint-store.ts'
import type { HydrateContext } from './hydrate.ts'
import type { Lease } from './lease.ts'
import { isOfLog, replayTicks } from './replay-ticks.ts'
import type { Simulation } from './simulation.ts'
import type { LoggedTick } from './tick-log.ts'

interface Fork {
  parentId: string
  /** The parent's last tick that is in the fork's past. */
  tick: number
}

const forkText = `
  SELECT parent_world_id AS "parentId", fork_tick AS tick FROM worlds
  WHERE world_id = $1 AND parent_world_id IS NOT NULL AND fork_tick IS NOT NULL`

const readFork = async (pool: pg.Pool, worldId: string): Promise<Fork | undefined> =>
  (await pool.query<Fork>(forkText, [worldId])).rows[0]

/**
 * The state that a fork begins with: that of its parent after the fork's tick, bit by bit. Events of the parent that no
 * tick had taken up are for the fork's first one; they are read as its own log's (layers/relay/read-events.ts).
 * undefined for a world that is no fork or has ticked already, and where the parent's state cannot be rebuilt.
 *
 * @param last of the fork's own log.
 */
export const hydrateFork = async (
  context: HydrateContext,
  { worldId, tenantId }: Pick<Lease, 'worldId' | 'tenantId'>,
  last: LoggedTick | undefined,
): Promise<Simulation | undefined> => {
  const fork = await readFork(context.pool, worldId)
  // its base is logged before the checkpoint is written
  if (fork === undefined || (last !== undefined && last.tick !== fork.tick)) return undefined
  const simulation = await stateAfter(context, fork.parentId, fork.tick)
  if (simulation === undefined) {
    context.warn(
      `world ${worldId} was forked at tick ${fork.tick} of world ${fork.parentId}, which cannot be rebuilt: its rows are taken as they are`,
    )
    return undefined
  }
  return adopt(simulation, worldId, tenantId)
}

/** The state as another world's, none of whose rows is known to be as it is. */
const adopt = (simulation: Simulation, worldId: string, tenantId: string): Simulation => {
  const { bodies } = simulation
  for (let body = 0; body < bodies.count; body++) bodies.flags[body] |= flag.dirty
  return Object.assign(simulation, { worldId, tenantId, hasDirty: true, firstRowsHold: false })
}

/** The state of a world after a tick; where it has no checkpoint up to then, from what it was forked of. */
const stateAfter = async (
  context: HydrateContext,
  worldId: string,
  tick: number,
): Promise<Simulation | undefined> => {
  const { pool, objects, warn, signal } = context
  const isLogged = isOfLog(pool, worldId)
  const newest = { warn, signal, upToTick: tick }
  const start =
    (await readNewestCheckpoint(objects, worldId, isLogged, newest)) ??
    (await inherited(context, worldId, tick))
  if (start === undefined) return undefined
  await replayTicks({ pool, objects }, start, { signal, toTick: tick })
  return start.tick === tick ? start : undefined
}

const inherited = async (
  context: HydrateContext,
  worldId: string,
  tick: number,
): Promise<Simulation | undefined> => {
  const fork = await readFork(context.pool, worldId)
  if (fork === undefined || fork.tick > tick) return undefined
  const simulation = await stateAfter(context, fork.parentId, fork.tick)
  return simulation && adopt(simulation, worldId, simulation.tenantId)
}
