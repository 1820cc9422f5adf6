import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { bothMoments, momentOf, relationshipsAt } from '#world/read/at'
import type { Edge, EdgeFilter } from '../source.ts'
import type { EcsScope } from './scope.ts'

const selectEdges = (ends: string) =>
  bothMoments(
    (moment) => `
  SELECT r.source_id AS "sourceId", r.target_id AS "targetId", r.type, r.strength FROM ${relationshipsAt[moment]} r
  WHERE ${ends} AND ($4::text IS NULL OR r.type = $4) AND ($5::float8 IS NULL OR r.strength >= $5)
    AND (r.source_id, r.target_id, r.type) > ($6, $7, $8)
  ORDER BY r.source_id COLLATE "C", r.target_id COLLATE "C", r.type COLLATE "C" LIMIT $9`,
  )

// OFFSET 0: one look-up for each edge of the page, instead of a hash of all actors
const acts = (end: string) => `EXISTS (
    SELECT FROM chronicle_actors a
    WHERE a.world_id = $1 AND a.generation = $10 AND a.chronicle_id = $11 AND a.entity_id = r.${end}
      AND ($2::int8 IS NULL OR EXISTS (
        SELECT FROM chronicle_events c WHERE c.world_id = a.world_id AND c.chronicle_id = a.chronicle_id
          AND c.event_id = a.event_id AND c.from_seq <= $2))
    OFFSET 0)`

const either = '(r.source_id = ANY ($3::text[]) OR r.target_id = ANY ($3::text[]))'
const actsEither = `(${acts('source_id')} OR ${acts('target_id')})`
const selectAny = selectEdges(either)
const selectAmong = selectEdges('r.source_id = ANY ($3::text[]) AND r.target_id = ANY ($3::text[])')
const selectActing = selectEdges(`$3::text[] IS NULL AND ${actsEither}`)
const selectActingAny = selectEdges(`${either} AND ${actsEither}`)

export const readEdges = async (
  { client, worldId, generation, asOf }: EcsScope,
  { ends, among = false, actingIn, type, minStrength, after, limit }: EdgeFilter,
): Promise<Edge[]> => {
  if (ends?.length === 0) return []
  const { sourceId, targetId, type: afterType } = after ?? { sourceId: '', targetId: '', type: '' }
  const acting = actingIn === undefined ? [] : [generation, actingIn]
  const text = among ? selectAmong : acting.length === 0 ? selectAny : ends ? selectActingAny : selectActing
  const { rows } = await client.query<Edge>(
    prepared(text[momentOf(asOf)], [
      ...[worldId, asOf, ends ? textArray([...new Set(ends)]) : null, type ?? null, minStrength ?? null],
      ...[sourceId, targetId, afterType, limit, ...acting],
    ]),
  )
  return rows
}
