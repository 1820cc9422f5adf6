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

const selectAny = selectEdges('(r.source_id = ANY ($3::text[]) OR r.target_id = ANY ($3::text[]))')
const selectAmong = selectEdges('r.source_id = ANY ($3::text[]) AND r.target_id = ANY ($3::text[])')

export const readEdges = async (
  { client, worldId, asOf }: EcsScope,
  { ends, among = false, type, minStrength, after, limit }: EdgeFilter,
): Promise<Edge[]> => {
  if (ends.length === 0) return []
  const { sourceId, targetId, type: afterType } = after ?? { sourceId: '', targetId: '', type: '' }
  const { rows } = await client.query<Edge>(
    prepared((among ? selectAmong : selectAny)[momentOf(asOf)], [
      ...[worldId, asOf, textArray([...new Set(ends)]), type ?? null, minStrength ?? null],
      ...[sourceId, targetId, afterType, limit],
    ]),
  )
  return rows
}
