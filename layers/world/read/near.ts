import type pg from 'pg'

export interface NearEntity {
  id: string
  /** Simulated where physics has written it, else as it was written. */
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
  SELECT s.entity_id, s.x, s.y, s.z, s.activity, d.distance
  FROM entity_physics_state s
  JOIN entities e ON e.world_id = s.world_id AND e.entity_id = s.entity_id,
  LATERAL (SELECT sqrt((s.x - $2) ^ 2 + (s.y - $3) ^ 2 + (s.z - $4) ^ 2) AS distance) d
  WHERE s.world_id = $1 AND ($5::float8 IS NULL OR d.distance <= $5)
  ORDER BY d.distance, s.entity_id LIMIT $6`

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
