import type pg from 'pg'
import { checkpointPrefix, parseCheckpointKey } from '#physics/checkpoint-key'
import type { Command } from '#world/commands'
import type { JsonObject } from '#world/event'
import { findExpired } from '../postgres/batches.ts'
import { inPool, recallPast } from '../recall.ts'
import { tablesOf } from '../sources.ts'
import { chronicleKey, eraseArchives, type RewrittenObject } from './erase-archives.ts'
import { eraseDatasets } from './erase-datasets.ts'
import { eraseTicks } from './erase-ticks.ts'
import type { Step, TakenErasure } from './erasures.ts'
import { NotYet } from './not-yet.ts'
import type { ErasureContext, ErasureStep } from './run-erasures.ts'

interface ErasedWorld {
  worldId: string
  name: string
}

const familyText = `
  SELECT world_id AS "worldId", name FROM worlds WHERE tenant_id = $1 AND world_lineage(world_id) @> ARRAY[$2::uuid]
  ORDER BY created_at, world_id`

const familyOf = async (
  { pool }: ErasureContext,
  { tenantId, worldId }: TakenErasure,
): Promise<ErasedWorld[]> => (await pool.query<ErasedWorld>(familyText, [tenantId, worldId])).rows

const eachWorld = async <T extends JsonObject>(
  context: ErasureContext,
  erasure: TakenErasure,
  act: (world: ErasedWorld) => Promise<T>,
): Promise<{ worlds: (T & { world: string })[] }> => {
  const worlds: (T & { world: string })[] = []
  for (const world of await familyOf(context, erasure))
    worlds.push({ world: world.name, ...(await act(world)) })
  return { worlds }
}

const commandsAtOnce = 1_000

const edgesText = `
  SELECT source_id AS "sourceId", target_id AS "targetId", type FROM relationships
  WHERE world_id = $1 AND (source_id = $2 OR target_id = $2) LIMIT ${commandsAtOnce}`
const existsText = 'SELECT FROM entities WHERE world_id = $1 AND entity_id = $2'

/** The write path deletes what is there now, so that caches, streams, the physics and other systems are told. */
const deleteCurrent: ErasureStep = {
  name: 'deleted',
  run: (context, erasure) =>
    eachWorld(context, erasure, async ({ worldId, name }) => {
      const entityId = erasure.entityId!
      let [relationships, seq] = [0, 0]
      for (;;) {
        const { rows } = await context.pool.query(edgesText, [worldId, entityId])
        const commands: Command[] = rows.map((relationship) => ({
          kind: 'delete-relationship',
          relationship,
        }))
        if (commands.length < commandsAtOnce) {
          const { rowCount } = await context.pool.query(existsText, [worldId, entityId])
          if (rowCount !== 0) commands.push({ kind: 'delete-entity', entityId })
        }
        if (commands.length === 0) return { relationships, seq: seq || (await headOf(context.pool, worldId)) }
        seq = await write(context, erasure, name, commands)
        relationships += rows.length
      }
    }),
}

const headOf = async (pool: pg.Pool, worldId: string): Promise<number> =>
  (await pool.query<{ seq: number }>('SELECT seq FROM worlds WHERE world_id = $1', [worldId])).rows[0]!.seq

const write = async (
  { writer, newId }: ErasureContext,
  { tenantId }: TakenErasure,
  world: string,
  commands: Command[],
): Promise<number> => {
  const outcome = await writer.write({ tenantId, world, mustExist: true, requestId: newId(), commands })
  // somebody else deleted some of it at the same time
  if (outcome.status === 'refused') throw new NotYet(outcome.refusal.detail)
  return outcome.seq
}

const storyText = `
  SELECT e.chronicle_id AS "chronicleId", e.event_id AS "eventId", e.retracted FROM chronicle_events e
  WHERE e.world_id = $1 AND (e.document -> 'actors' @> jsonb_build_array(jsonb_build_object('entityId', $2::text))
    OR e.document -> 'items' @> jsonb_build_array(jsonb_build_object('entityId', $2::text))
    OR e.document -> 'location' ->> 'entityId' = $2
    OR EXISTS (SELECT FROM chronicle_actors a WHERE a.world_id = e.world_id AND a.chronicle_id = e.chronicle_id
      AND a.event_id = e.event_id AND a.entity_id = $2))
  ORDER BY e.chronicle_id, e.event_id`

interface StoryEvent {
  chronicleId: string
  eventId: string
  retracted: boolean
}

/** Events of chronicles that name the entity are retracted; which ones they are is noted, since nothing names it any more then. */
const retractStory: ErasureStep = {
  name: 'retracted',
  run: (context, erasure) =>
    eachWorld(context, erasure, async ({ worldId, name }) => {
      const { rows } = await context.pool.query<StoryEvent>(storyText, [worldId, erasure.entityId])
      for (const { chronicleId, eventId } of rows.filter(({ retracted }) => !retracted))
        await write(context, erasure, name, [
          { kind: 'retract-chronicle-event', chronicleId, eventId, reason: 'erased' },
        ])
      const seq = await headOf(context.pool, worldId)
      return { events: rows.map(({ chronicleId, eventId }) => [chronicleId, eventId]), seq }
    }),
}

type ByWorld = { worlds: (JsonObject & { world: string })[] }

const resultOf = (done: readonly Step[], step: string, world: string): JsonObject => {
  const found = done.find((one) => one.step === step) as unknown as ByWorld | undefined
  return found?.worlds.find((one) => one.world === world) ?? {}
}

const behindText = `
  SELECT 'relay ' || destination AS name FROM relay_cursors WHERE world_id = $1 AND seq < $2
  UNION ALL SELECT 'consumer ' || consumer FROM consumer_cursors WHERE world_id = $1 AND seq < $2
  UNION ALL SELECT 'projection' FROM chronicle_progress WHERE world_id = $1 AND projected_seq < least(recorded_seq, $2)
    AND (SELECT coalesce((settings #>> '{chronicle,project}')::boolean, true) FROM worlds WHERE world_id = $1)
  LIMIT 1`

/** Whoever follows a world has to be told of the deletion before the log says no more of it. */
const untilTold: ErasureStep = {
  name: 'told',
  run: (context, erasure, done) =>
    eachWorld(context, erasure, async ({ worldId, name }) => {
      const { seq } = resultOf(done, 'retracted', name) as { seq: number }
      const { rows } = await context.pool.query<{ name: string }>(behindText, [worldId, seq])
      if (rows[0] !== undefined) throw new NotYet(`${rows[0].name} has not come to event ${seq}`)
      return { seq }
    }),
}

const rowsAtOnce = 1_000
const eventsAtOnce = 5_000

/**
 * Archive, then tables, until neither has anything of it: what the one hands to the other meanwhile is found the next time.
 */
const eraseRows: ErasureStep = {
  name: 'erased',
  run: (context, erasure, done) =>
    eachWorld(context, erasure, async ({ worldId, name }) => {
      const { events = [] } = resultOf(done, 'retracted', name) as { events?: [string, string][] }
      const subject = {
        entityId: erasure.entityId!,
        chronicleEvents: new Set(events.map(([chronicleId, eventId]) => chronicleKey(chronicleId, eventId))),
      }
      const archives: RewrittenObject[] = []
      const rows: Record<string, number> = {}
      for (let found = 1; found > 0; ) {
        const rewritten = await eraseArchives(context, worldId, subject)
        archives.push(...rewritten)
        found = rewritten.length + (await eraseTables(context, worldId, subject.entityId, events, rows))
      }
      return { rows, archives: archives as unknown as JsonObject[] }
    }),
}

/** Adds to `rows` how many of each table; answers how many there were. */
const eraseTables = async (
  { pool }: ErasureContext,
  worldId: string,
  entityId: string,
  events: readonly [string, string][],
  rows: Record<string, number>,
): Promise<number> => {
  let total = 0
  const add = (table: string, count: number): void => {
    if (count > 0) rows[table] = (rows[table] ?? 0) + count
    total += count
  }
  for (let some = true; some; ) {
    const { counts } = (
      await pool.query<{ counts: Record<string, number> }>('SELECT erase_entity_rows($1, $2, $3) AS counts', [
        ...[worldId, entityId, rowsAtOnce],
      ])
    ).rows[0]!
    for (const [table, count] of Object.entries(counts)) add(table, count)
    some = Object.keys(counts).length > 0
  }
  const head = await headOf(pool, worldId)
  for (let after = 0; after < head; after += eventsAtOnce) {
    const text = 'SELECT erase_entity_events($1, $2, $3, $4) AS count'
    const values = [worldId, entityId, after, after + eventsAtOnce]
    add('world_events', (await pool.query<{ count: number }>(text, values)).rows[0]!.count)
  }
  for (const [chronicleId, eventId] of events)
    if (rows[`chronicle:${chronicleId}/${eventId}`] === undefined) {
      const text = 'SELECT erase_chronicle_event($1, $2, $3) AS count'
      const { rows: erased } = await pool.query<{ count: number }>(text, [worldId, chronicleId, eventId])
      rows[`chronicle:${chronicleId}/${eventId}`] = erased[0]!.count
    }
  return total
}

const holderText = 'SELECT FROM leases WHERE world_id = $1 AND holder IS NOT NULL AND expires_at > now()'

const firstChangeText = 'SELECT first_body_change_seq AS seq FROM worlds WHERE world_id = $1'

/** Without a checkpoint the physics reads the log from there on: it comes back, and then stays for as long. */
const recallForRows = async ({ pool, objects, now }: ErasureContext, worldId: string): Promise<void> => {
  const { rows } = await pool.query<{ seq: number | null }>(firstChangeText, [worldId])
  const first = rows[0]?.seq
  if (typeof first !== 'number') return
  const wanted = { sources: tablesOf('events'), at: { after: first - 1, to: Number.MAX_SAFE_INTEGER } }
  if ((await findExpired(pool, worldId, wanted)) !== undefined)
    throw new NotYet('the physics has to take the world once: what it would begin from otherwise has expired')
  await recallPast({ objects, now, transact: inPool(pool) }, worldId, wanted, {
    maxRows: Number.POSITIVE_INFINITY,
  })
}

/**
 * Checkpoints of the physics from before the deletion go. A world that is held has one from after it soon; of any other the
 * bodies go on from their rows.
 */
const eraseCheckpoints: ErasureStep = {
  name: 'checkpoints',
  run: (context, erasure, done) =>
    eachWorld(context, erasure, async ({ worldId, name }) => {
      const { seq } = resultOf(done, 'deleted', name) as { seq: number }
      const keys = await context.objects.list(checkpointPrefix(worldId))
      const all = keys.flatMap((key) => parseCheckpointKey(key) ?? [])
      const old = all.filter((ref) => ref.seq < seq)
      const { rowCount } = await context.pool.query(holderText, [worldId])
      if (old.length > 0 && old.length === all.length && rowCount !== 0)
        throw new NotYet('the physics has yet to write a checkpoint without it')
      if (old.length > 0 && old.length === all.length) await recallForRows(context, worldId)
      for (const { key } of old) await context.objects.delete(key)
      return { objects: old.map(({ key }) => key) }
    }),
}

const eraseRawTicks: ErasureStep = {
  name: 'ticks',
  run: (context, erasure) =>
    eachWorld(context, erasure, async ({ worldId }) => ({
      segments: await eraseTicks(context, worldId, erasure.entityId!),
    })),
}

/** After the rows: what is made from here on has nothing of it. */
const eraseTrained: ErasureStep = {
  name: 'datasets',
  run: (context, erasure) =>
    eachWorld(context, erasure, ({ worldId }) => eraseDatasets(context, worldId, erasure.entityId!)),
}

const outcomesText = `
  DELETE FROM requests WHERE tenant_id = $1 AND world = $2 AND strpos(outcome::text, to_json($3::text)::text) > 0`

/** Refusals may name what they refused. */
const eraseOutcomes: ErasureStep = {
  name: 'requests',
  run: (context, erasure) =>
    eachWorld(context, erasure, async ({ name }) => {
      const { rowCount } = await context.pool.query(outcomesText, [erasure.tenantId, name, erasure.entityId])
      return { rows: rowCount ?? 0 }
    }),
}

export const entitySteps: readonly ErasureStep[] = [
  deleteCurrent,
  retractStory,
  untilTold,
  eraseRows,
  eraseTrained,
  eraseCheckpoints,
  eraseRawTicks,
  eraseOutcomes,
]
