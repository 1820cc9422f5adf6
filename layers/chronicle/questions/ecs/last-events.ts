import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { Citation } from '../source.ts'
import type { EcsScope } from './scope.ts'

const selectLast = `
  SELECT k.entity_id, l.chronicle_id, l.event_id, l.from_seq
  FROM unnest($3::text[]) AS k (entity_id)
  CROSS JOIN LATERAL (
    SELECT a.chronicle_id, a.event_id, c.from_seq FROM chronicle_actors a
    JOIN chronicle_events c ON c.world_id = a.world_id AND c.chronicle_id = a.chronicle_id AND c.event_id = a.event_id
      AND NOT c.retracted AND ($4::int8 IS NULL OR c.from_seq <= $4)
    WHERE a.world_id = $1 AND a.generation = $2 AND a.entity_id = k.entity_id
    ORDER BY a.told_at DESC, a.chronicle_id DESC, a.event_id DESC LIMIT 1
  ) l`

interface Row {
  entity_id: string
  chronicle_id: string
  event_id: string
  from_seq: number
}

export const readLastEvents = async (
  { client, worldId, generation, asOf }: EcsScope,
  entityIds: readonly string[],
): Promise<Map<string, Citation>> => {
  if (entityIds.length === 0) return new Map()
  const ids = textArray([...new Set(entityIds)])
  const { rows } = await client.query<Row>(prepared(selectLast, [worldId, generation, ids, asOf]))
  return new Map(
    rows.map((row) => [
      row.entity_id,
      { chronicleId: row.chronicle_id, eventId: row.event_id, seq: row.from_seq },
    ]),
  )
}
