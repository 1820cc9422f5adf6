import type pg from 'pg'

export interface NearEntity {
  id: string
  /** As the physics last wrote it, or as it was written since then. */
  position: [number, number, number]
  /** Units. */
  distance: number
  activity: number
}

interface NearRow {
  entity_id: string
  x: number
  y: number
  z: number
  activity: number
  distance: number
}

// no index of its own: the physics service answers from its octree, this only stands in where nobody holds the
// world, and an index on positions would cost the write-back its in-page updates
const selectNear = `
  SELECT e.entity_id, p.x, p.y, p.z, e.activity, d.distance
  FROM entities e
  LEFT JOIN entity_physics_state s ON s.world_id = e.world_id AND s.entity_id = e.entity_id
    AND s.seq >= e.position_seq,
  LATERAL (SELECT coalesce(s.x, e.x) AS x, coalesce(s.y, e.y) AS y, coalesce(s.z, e.z) AS z) p,
  LATERAL (SELECT sqrt((p.x - $2) ^ 2 + (p.y - $3) ^ 2 + (p.z - $4) ^ 2) AS distance) d
  WHERE e.world_id = $1 AND ($5::float8 IS NULL OR d.distance <= $5)
  ORDER BY d.distance, e.entity_id LIMIT $6`

/** Entities nearest to a point, within `radius` (null: any), at most `limit`: from PostgreSQL, by a scan of the world. */
export const readNear = async (
  client: pg.ClientBase,
  worldId: string,
  [x, y, z]: readonly [number, number, number],
  radius: number | null,
  limit: number,
): Promise<NearEntity[]> => {
  const { rows } = await client.query<NearRow>(selectNear, [worldId, x, y, z, radius, limit])
  return rows.map((row) => ({
    id: row.entity_id,
    position: [row.x, row.y, row.z],
    distance: row.distance,
    activity: row.activity,
  }))
}
