import type pg from 'pg'
import type { SceneSnapshot } from '#world/read/snapshots'

// several snapshots at one seq are of the same scene
const selectText = `
  SELECT DISTINCT ON (seq) snapshot_id AS "snapshotId", world_id AS "worldId", seq, created_at AS "createdAt", metadata
  FROM scene_snapshots WHERE world_id = $1 AND seq > $2 ORDER BY seq, created_at, snapshot_id LIMIT $3`

/** The scene snapshots of a world's own log after a seq, one for each seq, in order. */
export const snapshotsAfter = async (
  pool: pg.Pool,
  worldId: string,
  seq: number,
  limit: number,
): Promise<SceneSnapshot[]> => (await pool.query<SceneSnapshot>(selectText, [worldId, seq, limit])).rows
