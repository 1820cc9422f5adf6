import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import { forgetParts } from './fork/fork-parts.ts'
import { parseReminder, sendReminder } from './snapshot-reminder.ts'

export interface SnapshotContext {
  /** As orrery_background. */
  pool: pg.Pool
  /** The snapshots queue: what is not yet due is sent on. */
  queue: Queue
  now: () => Date
  /** A new UUIDv7. */
  newId: () => string
  /** Works on the datasets of a world, or of all; whatever is left undone it rings for itself. */
  serveDatasets(worldId: string | undefined): Promise<void>
}

/**
 * Serves a message of the snapshots queue: cuts the world's scene snapshot when it is due, and sends on what is
 * due later, without looking at the database before its time. Any number of times, by any number of processes:
 * a snapshot is cut once. What is no reminder is passed over.
 *
 * @throws what PostgreSQL and the queue throw; the message should come again.
 */
export const serveReminder = async (context: SnapshotContext, body: string): Promise<void> => {
  const reminder = parseReminder(body)
  if (reminder === undefined) return
  if ('all' in reminder) await serveAll(context)
  else if ('datasets' in reminder) await context.serveDatasets(reminder.datasets)
  else if (reminder.dueAt > context.now()) await sendReminder(context.queue, reminder, context.now())
  else await serveWorld(context, reminder.worldId)
}

const serveAll = async (context: SnapshotContext): Promise<void> => {
  for (const worldId of await changedWorlds(context.pool)) await serveWorld(context, worldId)
  // whoever looks at all worlds looks for what should have become one, too
  await forgetParts(context.pool)
  await context.serveDatasets(undefined)
}

const serveWorld = async (context: SnapshotContext, worldId: string): Promise<void> => {
  const { dueAt, feedsDatasets } = await takeDueSnapshot(context, worldId)
  if (feedsDatasets) await sendReminder(context.queue, { datasets: worldId }, context.now())
  if (dueAt !== undefined) await sendReminder(context.queue, { worldId, dueAt }, context.now())
}

// worlds that changed since their last snapshot; one without a snapshot yet is due so long after it was made
const changed = `
  FROM worlds w
  LEFT JOIN LATERAL (
    SELECT seq, created_at FROM scene_snapshots WHERE world_id = w.world_id ORDER BY created_at DESC, snapshot_id DESC LIMIT 1
  ) s ON true
  WHERE (w.settings->'snapshots'->>'everyMinutes')::float8 > 0 AND w.seq > coalesce(s.seq, 0)`

const changedWorlds = async (pool: pg.Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ world_id: string }>(`SELECT w.world_id ${changed} ORDER BY w.world_id`)
  return rows.map(({ world_id }) => world_id)
}

interface ChangedWorld {
  tenant_id: string
  followed: boolean
  seq: number
  due_at: Date
}

const lockWorld = 'SELECT FROM worlds WHERE world_id = $1 FOR UPDATE'

const selectChanged = `
  SELECT w.tenant_id, w.followed, w.seq, coalesce(s.created_at, w.created_at)
    + make_interval(secs => 60 * (w.settings->'snapshots'->>'everyMinutes')::float8) AS due_at ${changed} AND w.world_id = $1`

const insertSnapshot = `
  INSERT INTO scene_snapshots (snapshot_id, world_id, tenant_id, seq, cause, created_at)
  VALUES ($1, $2, $3, $4, '{}', date_trunc('milliseconds', $5::timestamptz))`

const resetCounter = 'UPDATE worlds SET updates_since_snapshot = 0 WHERE world_id = $1'

/**
 * Cuts a scene snapshot of the world if it changed since its last one and its `snapshots.everyMinutes` has passed
 * since then. Answers when that will be, where it changed and has not,
 * and whether a dataset wants what was cut. Under the world's lock, read after it was
 * taken: no change is counted that the snapshot does not hold, and of two calls at once one does nothing.
 */
const takeDueSnapshot = (
  { pool, now, newId }: SnapshotContext,
  worldId: string,
): Promise<{ dueAt?: Date; feedsDatasets?: boolean }> =>
  inTransaction(pool, async (client) => {
    await client.query(lockWorld, [worldId])
    const { rows } = await client.query<ChangedWorld>(selectChanged, [worldId])
    const [world] = rows
    const at = now()
    if (world === undefined) return {}
    if (world.due_at > at) return { dueAt: world.due_at }
    await client.query(insertSnapshot, [newId(), worldId, world.tenant_id, world.seq, at])
    await client.query(resetCounter, [worldId])
    return { feedsDatasets: world.followed }
  })
