import { timestamptz } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { bothMoments, entitiesAt, momentOf } from '#world/read/at'
import { compareText } from '../../projection/story-order.ts'
import { latestStoryMs } from '../../story-time.ts'
import type { PlacedEntity } from '../source.ts'
import type { EcsScope } from './scope.ts'

interface Row {
  entity_id: string
  x: number
  y: number
  z: number
  distance: number
}

// by written positions; the box around the sphere is what the index finds
const selectNear = bothMoments(
  (moment) => `
  SELECT e.entity_id, e.x, e.y, e.z, d.distance FROM ${entitiesAt[moment]} e,
  LATERAL (SELECT sqrt((e.x - $3) ^ 2 + (e.y - $4) ^ 2 + (e.z - $5) ^ 2) AS distance) d
  WHERE e.x >= $3 - $6 AND e.x <= $3 + $6 AND e.y >= $4 - $6 AND e.y <= $4 + $6 AND e.z >= $5 - $6 AND e.z <= $5 + $6
    AND (e.x <> 0 OR e.y <> 0 OR e.z <> 0) AND d.distance <= $6
  ORDER BY d.distance, e.entity_id COLLATE "C" LIMIT $7`,
)

// whoever stands at the origin was put nowhere, unless the story puts it anywhere
const selectAtOrigin = bothMoments(
  (moment) => `
  SELECT e.entity_id, e.x, e.y, e.z, $3::float8 AS distance
  FROM chronicle_positions($1, $4, $5::timestamptz, '', '', $2, NULL) p
  JOIN ${entitiesAt[moment]} e ON e.entity_id = p.entity_id AND e.x = 0 AND e.y = 0 AND e.z = 0
  ORDER BY e.entity_id COLLATE "C" LIMIT $6`,
)

export const readNearWritten = async (
  { client, worldId, generation, asOf }: EcsScope,
  center: readonly [number, number, number],
  radius: number,
  limit: number,
): Promise<PlacedEntity[]> => {
  const moment = momentOf(asOf)
  const { rows } = await client.query<Row>(
    prepared(selectNear[moment], [worldId, asOf, ...center, radius, limit]),
  )
  const fromOrigin = Math.sqrt(center[0] ** 2 + center[1] ** 2 + center[2] ** 2)
  if (fromOrigin <= radius) {
    const values = [worldId, asOf, fromOrigin, generation, timestamptz(latestStoryMs), limit]
    rows.push(...(await client.query<Row>(prepared(selectAtOrigin[moment], values))).rows)
    rows.sort((a, b) => a.distance - b.distance || compareText(a.entity_id, b.entity_id))
  }
  return rows.slice(0, limit).map((row) => ({
    entityId: row.entity_id,
    position: [row.x, row.y, row.z],
    distance: row.distance,
  }))
}
