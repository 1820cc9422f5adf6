import type pg from 'pg'

export interface BoxEntity {
  id: string
  /** As the physics last wrote it, or as it was written since then. */
  position: [number, number, number]
  activity: number
}

interface BoxRow {
  entity_id: string
  x: number
  y: number
  z: number
  activity: number
}

// as in near.ts: a walk along the primary keys of the world, since there is no index on simulated positions
const selectBox = `
  SELECT e.entity_id, p.x, p.y, p.z, e.activity
  FROM entities e
  LEFT JOIN entity_physics_state s ON s.world_id = e.world_id AND s.entity_id = e.entity_id
    AND s.seq >= e.position_seq,
  LATERAL (SELECT coalesce(s.x, e.x) AS x, coalesce(s.y, e.y) AS y, coalesce(s.z, e.z) AS z) p
  WHERE e.world_id = $1
    AND p.x BETWEEN $2 AND $5 AND p.y BETWEEN $3 AND $6 AND p.z BETWEEN $4 AND $7
  ORDER BY e.entity_id LIMIT $8`

/** Entities in a box, faces included, the first `limit` in order of id: from PostgreSQL. */
export const readBox = async (
  client: pg.ClientBase,
  worldId: string,
  min: readonly [number, number, number],
  max: readonly [number, number, number],
  limit: number,
): Promise<BoxEntity[]> => {
  const { rows } = await client.query<BoxRow>(selectBox, [worldId, ...min, ...max, limit])
  return rows.map(({ entity_id, x, y, z, activity }) => ({ id: entity_id, position: [x, y, z], activity }))
}
