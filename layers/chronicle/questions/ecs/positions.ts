import { timestamptz } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { targetKeyOf } from '../../projection/names.ts'
import type { PlacedEntity, StoryPlace } from '../source.ts'
import type { EcsScope } from './scope.ts'

interface Row {
  entity_id: string
  x: number
  y: number
  z: number
  distance: number
}

const selectPositions = `
  SELECT p.entity_id, p.x, p.y, p.z, d.distance
  FROM chronicle_positions($1, $2, $3::timestamptz, $4, $5, $6, $7::uuid) p,
  LATERAL (SELECT sqrt((p.x - $8) ^ 2 + (p.y - $9) ^ 2 + (p.z - $10) ^ 2) AS distance) d
  WHERE d.distance <= $11 ORDER BY d.distance, p.entity_id COLLATE "C" LIMIT $12`

const read = async (
  { client, worldId, generation, asOf }: EcsScope,
  { toldAt, chronicleId, eventId }: StoryPlace,
  key: string | null,
  [x, y, z]: readonly [number, number, number],
  radius: number,
  limit: number,
): Promise<PlacedEntity[]> => {
  const { rows } = await client.query<Row>(
    prepared(selectPositions, [
      ...[worldId, generation, timestamptz(toldAt), chronicleId, eventId, asOf, key, x, y, z, radius, limit],
    ]),
  )
  return rows.map((row) => ({
    entityId: row.entity_id,
    position: [row.x, row.y, row.z],
    distance: row.distance,
  }))
}

export const readPositionsAt = (
  scope: EcsScope,
  place: StoryPlace,
  center: readonly [number, number, number],
  radius: number,
  limit: number,
): Promise<PlacedEntity[]> => read(scope, place, null, center, radius, limit)

export const readPositionAt = async (
  scope: EcsScope,
  place: StoryPlace,
  entityId: string,
): Promise<[number, number, number] | undefined> =>
  (await read(scope, place, targetKeyOf(entityId), [0, 0, 0], Number.MAX_VALUE, 1))[0]?.position
