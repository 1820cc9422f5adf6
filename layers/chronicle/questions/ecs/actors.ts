import { prepared } from '#platform/postgres/pool'
import type { ChronicleActor } from '../source.ts'
import type { EcsScope } from './scope.ts'

// of the first event of the story that names it
const selectActors = `
  SELECT p.entity_id AS "entityId", p.events, f.name, f.entity_type AS "entityType"
  FROM (
    SELECT a.entity_id, count(DISTINCT a.event_id) AS events FROM chronicle_actors a
    JOIN chronicle_events c ON c.world_id = a.world_id AND c.chronicle_id = a.chronicle_id AND c.event_id = a.event_id
    WHERE a.world_id = $1 AND a.generation = $2 AND a.chronicle_id = $3 AND a.entity_id > $4
      AND ($6::int8 IS NULL OR c.from_seq <= $6)
    GROUP BY a.entity_id ORDER BY a.entity_id LIMIT $5
  ) p
  CROSS JOIN LATERAL (
    SELECT a.name, a.entity_type FROM chronicle_actors a
    JOIN chronicle_events c ON c.world_id = a.world_id AND c.chronicle_id = a.chronicle_id AND c.event_id = a.event_id
    WHERE a.world_id = $1 AND a.generation = $2 AND a.chronicle_id = $3 AND a.entity_id = p.entity_id
      AND ($6::int8 IS NULL OR c.from_seq <= $6)
    ORDER BY a.told_at, a.event_id, a.ordinal LIMIT 1
  ) f
  ORDER BY p.entity_id`

export const readActors = async (
  { client, worldId, generation, asOf }: EcsScope,
  chronicleId: string,
  after: string,
  limit: number,
): Promise<ChronicleActor[]> =>
  (
    await client.query<ChronicleActor>(
      prepared(selectActors, [worldId, generation, chronicleId, after, limit, asOf]),
    )
  ).rows
