import { prepared } from '#platform/postgres/pool'
import { relationshipHistory } from '../../projection/relationship-history.ts'
import { compareText } from '../../projection/story-order.ts'
import type { Edge, EdgeFact } from '../source.ts'
import type { EcsScope } from './scope.ts'

export const readFacts = (
  { client, worldId, settings, asOf }: EcsScope,
  { sourceId, targetId, type }: Omit<Edge, 'strength'>,
): Promise<EdgeFact[]> =>
  relationshipHistory(client, { worldId, settings }, { sourceId, targetId, type }, asOf)

// events with both of them; an effect on what is between them has both as its actors
const selectTypes = `
  SELECT DISTINCT split_part(e.target, $6, 3) AS type
  FROM chronicle_actors a
  JOIN chronicle_events c ON c.world_id = a.world_id AND c.chronicle_id = a.chronicle_id AND c.event_id = a.event_id
    AND ($5::int8 IS NULL OR c.from_seq <= $5)
  JOIN chronicle_effects e ON e.world_id = a.world_id AND e.generation = a.generation
    AND e.chronicle_id = a.chronicle_id AND e.event_id = a.event_id
  WHERE a.world_id = $1 AND a.generation = $2 AND a.entity_id = $3
    AND starts_with(e.target, $3 || $6 || $4 || $6)`

/** Types of what was ever told of one for the other. */
export const readEdgeTypes = async (
  { client, worldId, generation, asOf }: EcsScope,
  sourceId: string,
  targetId: string,
): Promise<string[]> => {
  const { rows } = await client.query<{ type: string }>(
    prepared(selectTypes, [worldId, generation, sourceId, targetId, asOf, '\u0001']),
  )
  return rows.map(({ type }) => type).sort(compareText)
}
