import { prepared } from '#platform/postgres/pool'
import { bothMoments, entitiesAt, momentOf } from '#world/read/at'
import type { PlacedEntity } from '../source.ts'
import type { EcsScope } from './scope.ts'

interface Row {
  entity_id: string
  x: number
  y: number
  z: number
  distance: number
}

// a scan of the world, as in #world/read/near, by written positions
const selectNear = bothMoments(
  (moment) => `
  SELECT e.entity_id, e.x, e.y, e.z, d.distance FROM ${entitiesAt[moment]} e,
  LATERAL (SELECT sqrt((e.x - $3) ^ 2 + (e.y - $4) ^ 2 + (e.z - $5) ^ 2) AS distance) d
  WHERE d.distance <= $6 ORDER BY d.distance, e.entity_id COLLATE "C" LIMIT $7`,
)

export const readNearWritten = async (
  { client, worldId, asOf }: EcsScope,
  center: readonly [number, number, number],
  radius: number,
  limit: number,
): Promise<PlacedEntity[]> => {
  const { rows } = await client.query<Row>(
    prepared(selectNear[momentOf(asOf)], [worldId, asOf, ...center, radius, limit]),
  )
  return rows.map((row) => ({
    entityId: row.entity_id,
    position: [row.x, row.y, row.z],
    distance: row.distance,
  }))
}
