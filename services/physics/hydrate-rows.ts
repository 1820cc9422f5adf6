import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { inTransaction } from '#platform/postgres/pool'
import { readEvents } from '#relay/read-events'
import type { JsonObject, WorldEvent } from '#world/event'
import { settingsAt } from '#world/read/settings-at'
import { worldSettings } from '#world/settings'
import { applyEvent } from './apply.ts'
import { addBody, allocateBodies, type Bodies, findBody, flag } from './bodies.ts'
import { createCopyReader, type DecodeRow } from './copy-reader.ts'
import { readGamma } from './gamma-rows.ts'
import { setEdge } from './hierarchy.ts'
import { createSimulation, type Simulation } from './simulation.ts'
import type { LoggedTick } from './tick-log.ts'

interface World {
  seq: number
  settings: JsonObject
  entity_count: number
  first_body_change_seq: number | null
  first_tick: number
}

/**
 * The state from the rows of the database alone, in one transaction: the rows of the bodies, the edges of
 * the hierarchy, the gamma, and, since a row is written with its entity and later only by ticks, what the log says since
 * the first change of a body. A row that a tick wrote keeps its position against events of that time.
 * Its tick is the one after the last (0 in a new world, in a fork the last that is its ancestors'), its seq the log's head.
 */
export const hydrateFromRows = (
  pool: pg.Pool,
  { worldId, tenantId }: { worldId: string; tenantId: string },
  last: LoggedTick | undefined,
  signal?: AbortSignal,
): Promise<Simulation> =>
  inTransaction(
    pool,
    async (client) => {
      // a world of many millions takes longer than other transactions may
      await client.query('SET LOCAL transaction_timeout = 0')
      const world = await readWorld(client, worldId)
      const bodies = await readBodies(client, worldId, world.entity_count)
      const { seq, first_body_change_seq: firstChange } = world
      const settings = worldSettings.parse(world.settings)
      const identity = {
        worldId,
        tenantId,
        tick: last === undefined ? world.first_tick : last.tick + 1,
        seq,
        settings,
      }
      const simulation = createSimulation(identity, bodies)
      await readEdges(client, simulation)
      if (firstChange !== null) await applyChanges(client, simulation, firstChange, last?.toSeq ?? 0, signal)
      simulation.gamma = await readGamma(client, worldId, simulation.settings)
      return simulation
    },
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  )

const worldText = `
  SELECT seq, settings, entity_count, first_body_change_seq,
    greatest(fork_epoch, coalesce(fork_tick, 0)) AS first_tick
  FROM worlds WHERE world_id = $1`

const readWorld = async (client: pg.ClientBase, worldId: string): Promise<World> => {
  const { rows } = await client.query<World>(worldText, [worldId])
  if (rows[0] === undefined) throw new Error(`there is no world ${worldId}`)
  return rows[0]
}

/** Runs the COPY, whose one parameter is a uuid: COPY takes none. */
const copyRows = async (
  client: pg.ClientBase,
  query: string,
  worldId: string,
  fields: number,
  decode: DecodeRow,
): Promise<void> => {
  const quoted = worldId.replaceAll(/[^0-9a-f-]/gi, '')
  const reader = createCopyReader(fields, decode)
  const stream = client.query(
    copyTo(`COPY (${query.replace('$1', `'${quoted}'`)}) TO STDOUT (FORMAT binary)`),
  )
  for await (const chunk of stream) reader.push(chunk)
  reader.end()
}

const bodiesQuery = `
  SELECT entity_id, x, y, z, vx, vy, vz, mass, activity, jitter, anchored, tick > 0
  FROM entity_physics_state WHERE world_id = $1`

/** An id in the arena; longer ones make it grow. */
const guessedIdBytes = 20

const readBodies = async (client: pg.ClientBase, worldId: string, expected: number): Promise<Bodies> => {
  const bodies = allocateBodies(expected, expected * guessedIdBytes)
  await copyRows(client, bodiesQuery, worldId, 12, (bytes, view, offset) => {
    const idLength = view.getInt32(offset)
    const body = addBody(bodies, bytes, offset + 4, idLength)
    // each double is four bytes of length and eight of its own
    const first = offset + 4 + idLength + 4
    bodies.x[body] = view.getFloat64(first)
    bodies.y[body] = view.getFloat64(first + 12)
    bodies.z[body] = view.getFloat64(first + 24)
    bodies.vx[body] = view.getFloat64(first + 36)
    bodies.vy[body] = view.getFloat64(first + 48)
    bodies.vz[body] = view.getFloat64(first + 60)
    bodies.mass[body] = view.getFloat64(first + 72)
    const activity = view.getFloat64(first + 84)
    bodies.activity[body] = activity
    if (activity > 0) bodies.active++
    bodies.jitter[body] = view.getFloat64(first + 96)
    const anchored = view.getUint8(first + 108)
    const simulated = view.getUint8(first + 113)
    bodies.flags[body] = (anchored === 1 ? flag.anchored : 0) | (simulated === 1 ? flag.simulated : 0)
  })
  return bodies
}

const edgesQuery = `
  SELECT source_id, target_id, strength FROM relationships WHERE world_id = $1 AND type = 'hierarchy'`

const readEdges = (client: pg.ClientBase, { worldId, hierarchy }: Simulation): Promise<void> =>
  copyRows(client, edgesQuery, worldId, 3, (bytes, view, offset) => {
    const parentEnd = offset + 4 + view.getInt32(offset)
    const childEnd = parentEnd + 4 + view.getInt32(parentEnd)
    const parent = bytes.toString('utf8', offset + 4, parentEnd)
    setEdge(hierarchy, parent, bytes.toString('utf8', parentEnd + 4, childEnd), view.getFloat64(childEnd + 4))
  })

/** @param simulatedSeq what the rows that ticks wrote have taken up already. */
const applyChanges = async (
  client: pg.ClientBase,
  simulation: Simulation,
  firstChange: number,
  simulatedSeq: number,
  signal?: AbortSignal,
): Promise<void> => {
  const { worldId, seq: head, settings, bodies } = simulation
  simulation.firstRowsHold = false
  simulation.settings = await settingsAt(client, worldId, firstChange - 1, settings)
  for (let after = firstChange - 1; after < head; after = simulation.seq) {
    signal?.throwIfAborted()
    const events = await readEvents(client, worldId, after, 1_000)
    if (events.length === 0) break
    // edges and gamma are those of the head already
    for (const event of events.filter(({ type }) => !/^(relationship|commit)\./.test(type))) {
      const fresh = event.seq > simulatedSeq || !isSimulated(bodies, event)
      applyEvent(simulation, fresh ? event : withoutPosition(event))
    }
    simulation.seq = events.at(-1)!.seq
  }
  for (let body = 0; body < bodies.count; body++) bodies.flags[body] &= ~flag.simulated
}

const isSimulated = (bodies: Bodies, { entityId }: WorldEvent): boolean => {
  const body = entityId === null ? -1 : findBody(bodies, entityId)
  return body !== -1 && (bodies.flags[body] & flag.simulated) !== 0
}

/**
 * The event with no say in where its body is; one that does nothing else becomes an update of nothing. A ramp of which
 * nobody knows how far it has come is at its end.
 */
const withoutPosition = (event: WorldEvent): WorldEvent => {
  if (event.type === 'entity.deleted.v1' || event.entityId === null) return event
  const changes =
    event.type === 'entity.updated.v1' ? event.data.changes.filter(({ field }) => field !== 'position') : []
  return { ...event, type: 'entity.updated.v1', data: { changes } }
}
