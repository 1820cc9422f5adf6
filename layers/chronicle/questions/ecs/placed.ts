import { textArray, timestamptz, uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { targetKeyOf } from '../../projection/names.ts'
import { latestStoryMs } from '../../story-time.ts'
import type { EcsScope } from './scope.ts'

const selectDerived = `
  SELECT d.target AS entity_id FROM unnest($3::uuid[]) AS k (target_key)
  JOIN chronicle_derived d ON d.world_id = $1 AND d.generation = $2 AND d.target_key = k.target_key
  WHERE d.derived -> 'position' <> 'null'`

const selectTold = `
  SELECT k.entity_id FROM unnest($3::text[], $4::uuid[]) AS k (entity_id, target_key)
  CROSS JOIN LATERAL chronicle_positions($1, $2, $5::timestamptz, '', '', $6, k.target_key)`

/** Which of these, who stand at the origin, the story put anywhere: the others were put nowhere. */
export const placedAtOrigin = async (
  { client, worldId, generation, asOf }: EcsScope,
  entityIds: readonly string[],
): Promise<Set<string>> => {
  if (entityIds.length === 0) return new Set()
  const keys = uuidArray(entityIds.map(targetKeyOf))
  const { rows } = await client.query<{ entity_id: string }>(
    asOf === null
      ? prepared(selectDerived, [worldId, generation, keys])
      : prepared(selectTold, [
          ...[worldId, generation, textArray(entityIds), keys],
          ...[timestamptz(latestStoryMs), asOf],
        ]),
  )
  return new Set(rows.map((row) => row.entity_id))
}
