import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

const selectBehind = `
  SELECT p.world_id FROM chronicle_progress p
  WHERE (p.recorded_seq > p.projected_seq OR p.asked > p.answered) AND (p.retry_at IS NULL OR p.retry_at <= $1)
    AND p.world_id > $2
  ORDER BY p.world_id LIMIT 1000`

/** Worlds with something to project that are not left alone at the moment, after the one named. */
export const listWorldsBehind = async (pool: pg.Pool, now: Date, after: string): Promise<string[]> =>
  (await pool.query<{ world_id: string }>(prepared(selectBehind, [now, after]))).rows.map(
    (row) => row.world_id,
  )

const selectFigures = `
  SELECT count(*) FILTER (WHERE failures >= $1) AS failing, coalesce(sum(differences), 0)::bigint AS differences
  FROM chronicle_progress`

export const readFigures = async (
  pool: pg.Pool,
  failureLimit: number,
): Promise<{ failing: number; differences: number }> =>
  (await pool.query<{ failing: number; differences: number }>(prepared(selectFigures, [failureLimit])))
    .rows[0]!

const selectUnverified = `
  SELECT p.world_id FROM chronicle_progress p JOIN worlds w USING (world_id)
  WHERE p.inputs IS NOT NULL AND p.failures = 0 AND (p.verified_at IS NULL OR p.verified_at < $1)
    AND (p.verified_seq IS NULL OR p.verified_seq < w.seq)
    AND (p.shadow_purpose IS NULL OR p.shadow_purpose = 'verify')
  ORDER BY p.verified_at NULLS FIRST, p.world_id LIMIT 1`

/** A world that has changed since it was last compared with its chronicles, before that time. */
export const findUnverifiedWorld = async (pool: pg.Pool, before: Date): Promise<string | undefined> =>
  (await pool.query<{ world_id: string }>(prepared(selectUnverified, [before]))).rows[0]?.world_id
