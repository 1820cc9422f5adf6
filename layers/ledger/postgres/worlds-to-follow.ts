import type pg from 'pg'
import { type FollowingAdapter, followerName } from '../follow.ts'

const adaptersText = `
  SELECT DISTINCT layer->>'adapter' AS adapter
  FROM worlds, jsonb_path_query(settings, '$.ledger.layers[*]') AS layer
  WHERE world_id = $1 AND layer->>'adapter' <> 'postgres' ORDER BY 1`

/** The adapters that a world's settings name, but PostgreSQL. */
export const readFollowingAdapters = async (pool: pg.Pool, worldId: string): Promise<FollowingAdapter[]> => {
  const { rows } = await pool.query<{ adapter: FollowingAdapter }>(adaptersText, [worldId])
  return rows.map(({ adapter }) => adapter)
}

export interface BehindWorld {
  worldId: string
  /** Of the world's log. */
  seq: number
}

// a world without ticks has no commits; what else is in its log the follower passes over
const behindText = `
  SELECT w.world_id AS "worldId", w.seq FROM worlds w JOIN tick_streams USING (world_id)
  WHERE ($1::uuid IS NULL OR w.world_id > $1) AND EXISTS (
    SELECT FROM jsonb_path_query(w.settings, '$.ledger.layers[*]') AS layer
    JOIN unnest($2::text[], $3::text[]) AS offered (adapter, consumer) ON offered.adapter = layer->>'adapter'
    LEFT JOIN consumer_cursors c ON c.consumer = offered.consumer AND c.world_id = w.world_id
    WHERE coalesce(c.seq, w.fork_seq) < w.seq
  )
  ORDER BY w.world_id LIMIT $4`

/** Worlds with a copy that is behind their log, in the order of their ids after one; at most `limit`. */
export const readBehindWorlds = async (
  pool: pg.Pool,
  adapters: readonly FollowingAdapter[],
  afterWorldId: string | undefined,
  limit: number,
): Promise<BehindWorld[]> => {
  const values = [afterWorldId ?? null, adapters, adapters.map(followerName), limit]
  return (await pool.query<BehindWorld>(behindText, values)).rows
}
