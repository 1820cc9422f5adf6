import type pg from 'pg'
import { drive } from '#platform/arrays/drive'
import { inTransaction, prepared } from '#platform/postgres/pool'
import { readEvents } from '#relay/read-events'
import { addFact, type Facts, factsOf } from '#sync/facts'
import type { StoredTick } from '#sync/tick-store'
import type { JsonObject, WorldEvent } from '#world/event'
import { settingsAt } from '#world/read/settings-at'
import { worldSettings } from '#world/settings'
import type { Lease } from './lease.ts'
import { deleteRows, putRows } from './physics-rows.ts'
import { readSomeBodies } from './rest-bodies.ts'
import { createSimulation, type Simulation } from './simulation.ts'
import { runTick } from './tick.ts'
import { appendTicks } from './tick-log.ts'
import { slicesOf } from './tick-slices.ts'
import { takeDirty } from './write-back.ts'

export interface RestContext {
  /** As orrery_physics. */
  pool: pg.Pool
  /** Names who has the lease meanwhile. */
  holder: string
  now: () => Date
}

/** A tick of a world that does not move, and what there is to store of it. */
export interface RestTick {
  lease: Lease
  stored: StoredTick
}

/** Events that one tick takes up at most; what is left is for the next one. */
const mostEvents = 5_000

/**
 * One tick of a world at rest: nothing moves by itself, so what the tick does is what its events say of the bodies that
 * they name, and the others need not be read. It is the tick that a physics task would have made of these events, to the
 * bit, under the same lease: taken, fenced, and given back in one transaction, so that nobody sees it held and a
 * crash leaves nothing.
 *
 * @returns undefined where there is nothing to take up, and where it is not for us: somebody holds the world or did and
 *   crashed, it moves or is to begin to slowly, or it is a fork whose bodies are still to be made from its parent's.
 */
export const tickAtRest = (context: RestContext, worldId: string): Promise<RestTick | undefined> =>
  inTransaction(context.pool, async (client) => {
    // without the lock, for which each call would wait
    if ((await readRest(client, worldId, context.holder)) === undefined) return undefined
    const lease = await takeLease(client, worldId, context.holder)
    if (lease === undefined) return undefined
    const stored = await tick(client, lease, context.now())
    await client.query(prepared(releaseText, [worldId]))
    return stored && { lease, stored }
  })

const tick = async (client: pg.ClientBase, lease: Lease, at: Date): Promise<StoredTick | undefined> => {
  const rest = await readRest(client, lease.worldId, lease.holder)
  if (rest === undefined) return undefined
  const events = await readEvents(client, lease.worldId, rest.toSeq, mostEvents)
  if (events.some((event) => event.type === 'entity.updated.v1' && event.data.ramp !== undefined))
    return undefined
  const simulation = await takeUp(client, lease, rest, events)
  await write(client, lease, simulation)
  const facts: Facts = new Map()
  for (const [id, fact] of factsOf(events)) addFact(facts, id, fact)
  const slices = slicesOf(simulation, facts, new Map(), simulation.tick)
  const { tick, seq } = simulation
  return { tick, firstTick: tick, afterSeq: rest.toSeq, seq, timestamp: at.toISOString(), slices }
}

interface Rest {
  settings: JsonObject
  /** The last tick, and what it had taken up. */
  tick: number
  toSeq: number
}

const restText = `
  SELECT w.settings, coalesce(t.tick, 0) AS tick, coalesce(t.to_seq, 0) AS "toSeq"
  FROM worlds w
  LEFT JOIN leases l USING (world_id)
  LEFT JOIN LATERAL (
    SELECT tick, to_seq FROM tick_log t WHERE t.world_id = w.world_id ORDER BY tick DESC LIMIT 1
  ) t ON true
  WHERE w.world_id = $1 AND w.seq > coalesce(t.to_seq, 0) AND (l.holder IS NULL OR l.holder = $2)
    AND (t.tick IS NOT NULL OR w.parent_world_id IS NULL)
    AND NOT EXISTS (SELECT FROM active_worlds a WHERE a.world_id = w.world_id)`

/** undefined: there is no tick for us to make. */
const readRest = async (client: pg.ClientBase, worldId: string, holder: string): Promise<Rest | undefined> =>
  (await client.query<Rest>(prepared(restText, [worldId, holder]))).rows[0]

// a lease that somebody held when he crashed is for a physics task: what that one had yet to write must be written
const takeText = `
  INSERT INTO leases (world_id, tenant_id, holder, slot, token, expires_at, address)
  SELECT world_id, tenant_id, $2, 0, 1, now(), '' FROM worlds WHERE world_id = $1
  ON CONFLICT (world_id) DO UPDATE SET holder = excluded.holder, token = leases.token + 1
  WHERE leases.holder IS NULL
  RETURNING tenant_id AS "tenantId", token`

const takeLease = async (
  client: pg.ClientBase,
  worldId: string,
  holder: string,
): Promise<Lease | undefined> => {
  const { rows } = await client.query<{ tenantId: string; token: number }>(
    prepared(takeText, [worldId, holder]),
  )
  return rows[0] && { worldId, holder, ...rows[0] }
}

const releaseText = 'UPDATE leases SET holder = NULL, expires_at = now() WHERE world_id = $1'

/** The bodies that the events name, after a tick that has taken them up. */
const takeUp = async (
  client: pg.ClientBase,
  { worldId, tenantId }: Lease,
  { settings, tick, toSeq }: Rest,
  events: WorldEvent[],
): Promise<Simulation> => {
  const named = new Set(events.flatMap(({ entityId }) => entityId ?? []))
  const bodies = await readSomeBodies(client, worldId, [...named])
  const then = await settingsAt(client, worldId, toSeq, worldSettings.parse(settings))
  const simulation = createSimulation({ worldId, tenantId, tick, seq: toSeq, settings: then }, bodies)
  // each body that changed is written: its first row may be of an entity of that name that was deleted
  simulation.firstRowsHold = false
  if (await drive(runTick(simulation, events))) throw new Error(`world ${worldId} is not at rest`)
  return simulation
}

const write = async (client: pg.ClientBase, lease: Lease, simulation: Simulation): Promise<void> => {
  const { tick, seq, bodies, removed } = takeDirty(simulation, 0)
  await appendTicks(client, lease, [{ tick, toSeq: seq }])
  if (removed.length > 0) await deleteRows(client, lease, removed)
  if (bodies.count > 0)
    await putRows(client, lease, { cut: bodies, from: 0, to: bodies.count }, { tick, seq })
}
