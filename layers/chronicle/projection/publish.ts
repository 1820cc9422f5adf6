import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { advanceConsumerCursor, countConsumerFailure, openConsumerCursor } from '#relay/consumer-cursor'
import { readEvents } from '#relay/read-events'
import { writeGroup } from '#world/write'
import type { ProjectionContext } from './context.ts'
import { systemChronicle, systemEvent } from './system-event.ts'

const consumer = 'chronicle-system'
/** Events of the log of one write. */
const batchEvents = 1_000

interface World {
  world_id: string
  tenant_id: string
  name: string
}

const selectWorld = `
  SELECT world_id, tenant_id, name FROM worlds
  WHERE world_id = $1 AND settings->'chronicle'->>'publishEntityEvents' = 'true'`

/**
 * Tells what others did to entities in the chronicle `system` of the world, if it wants that, from the beginning of its
 * log on. What comes from chronicles is not told again, and what is told changes no entity. Answers whether it came to
 * the end of the log before it was to stop.
 *
 * It holds no lock: the cursor is read, what follows it is written under ids that the log gives, and the cursor moves on.
 * Whoever does the same at the same time tells the same events by the same ids, which a chronicle takes once.
 */
export const publishEntityEvents = async (
  context: ProjectionContext,
  worldId: string,
  goesOn: () => boolean,
): Promise<boolean> => {
  const { rows } = await context.pool.query<World>(prepared(selectWorld, [worldId]))
  const world = rows[0]
  if (world === undefined) return true
  for (;;) {
    if ((await publishBatch(context, world)) < batchEvents) return true
    if (!goesOn()) return false
  }
}

/** Answers how many events of the log it has looked at. */
const publishBatch = async ({ pool, write }: ProjectionContext, world: World): Promise<number> => {
  const { world_id: worldId, tenant_id: tenantId, name } = world
  const cursor = await openConsumerCursor(pool, consumer, worldId)
  if (cursor === undefined) return 0
  const events = await readEvents(pool, worldId, cursor.seq, batchEvents)
  const last = events.at(-1)
  if (last === undefined) return 0
  const told = events.flatMap((event) => systemEvent(event) ?? [])
  if (told.length > 0) {
    const [outcome] = await writeGroup(write, [
      {
        ...{ tenantId, world: name, mustExist: true },
        requestId: `${consumer}:${worldId}:${cursor.seq}-${last.seq}`,
        commands: [{ kind: 'record-chronicle-events', chronicleId: systemChronicle, events: told }],
      },
    ])
    if (outcome!.status === 'refused') throw new Error(outcome!.refusal.detail)
  }
  await advanceConsumerCursor(pool, consumer, worldId, last.seq)
  return events.length
}

/** It failed for this world alone. Answers the failures in a row. */
export const notePublishingFailure = async (
  { pool, log, metrics }: ProjectionContext,
  worldId: string,
  error: Error,
): Promise<number> => {
  log(`chronicle: ${worldId}: publishing: ${error.message}`, { world: worldId })
  metrics?.count('orrery_chronicle_projection_failures_total', 1)
  return countConsumerFailure(pool, consumer, worldId, error.message)
}

const selectUnpublished = `
  SELECT w.world_id FROM worlds w
  LEFT JOIN consumer_cursors c ON c.consumer = $1 AND c.world_id = w.world_id
  WHERE w.settings->'chronicle'->>'publishEntityEvents' = 'true' AND w.seq > coalesce(c.seq, w.fork_seq)
    AND w.world_id > $2
  ORDER BY w.world_id LIMIT 1000`

/** Worlds whose logs have something to look at, after the one named. */
export const listUnpublishedWorlds = async (pool: pg.Pool, after: string): Promise<string[]> =>
  (await pool.query<{ world_id: string }>(prepared(selectUnpublished, [consumer, after]))).rows.map(
    (row) => row.world_id,
  )

const selectPublishing = `SELECT seq, attempts FROM consumer_cursors WHERE consumer = $1 AND world_id = $2`

/** How far the world's log is told, and failures in a row; null: not at all. */
export const publishingStatus = async (
  client: pg.ClientBase,
  worldId: string,
): Promise<{ seq: number; failures: number } | null> => {
  const { rows } = await client.query<{ seq: number; attempts: number }>(
    prepared(selectPublishing, [consumer, worldId]),
  )
  return rows.map(({ seq, attempts }) => ({ seq, failures: attempts }))[0] ?? null
}
