import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import type { WorldKey } from './state.ts'

export interface RetainedWorld extends WorldKey {
  name: string
  /** Of the world, all of them. */
  settings: JsonObject
}

const columns = `world_id AS "worldId", tenant_id AS "tenantId", name, settings`

// a policy that keeps everything has no number in it; what was archived before may still have to be moved or deleted
const dueText = `
  SELECT ${columns} FROM worlds w
  WHERE ($2::uuid IS NULL OR world_id > $2) AND (
    jsonb_path_exists(settings, '$.retention.*.hotDays ? (@ != null)')
    OR jsonb_path_exists(settings, '$.retention.*.expireDays ? (@ != null)')
    OR EXISTS (SELECT FROM retention_batches b WHERE b.world_id = w.world_id AND (b.state = 'here' OR NOT b.cleared))
    OR EXISTS (SELECT FROM retention_garbage g WHERE g.world_id = w.world_id AND g.due_at <= now()))
    AND NOT EXISTS (
      SELECT FROM retention_state s WHERE s.world_id = w.world_id AND s.source = '*' AND s.updated_at >= $1)
  ORDER BY world_id LIMIT 100`

/** Worlds that have a policy, or something in the archive, and were not looked through since a time. */
export const readDueWorlds = async (
  pool: pg.Pool,
  since: Date,
  after: string | undefined,
): Promise<RetainedWorld[]> =>
  (await pool.query<RetainedWorld>(prepared(dueText, [since, after ?? null]))).rows

const lookedText = `
  INSERT INTO retention_state (world_id, tenant_id, source, updated_at) VALUES ($1, $2, '*', $3)
  ON CONFLICT (world_id, source) DO UPDATE SET updated_at = excluded.updated_at`

/** Says that the world was looked through. */
export const noteLooked = async (pool: pg.Pool, { worldId, tenantId }: WorldKey, at: Date): Promise<void> => {
  await pool.query(lookedText, [worldId, tenantId, at])
}
