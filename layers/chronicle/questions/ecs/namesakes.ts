import { prepared } from '#platform/postgres/pool'
import { bothMoments, entitiesAt, momentOf } from '#world/read/at'
import { normaliseName } from '../../projection/names.ts'
import { questionLimits } from '../limits.ts'
import type { EcsScope } from './scope.ts'

const selectNamed = bothMoments(
  (moment) => `
  SELECT e.entity_id FROM ${entitiesAt[moment]} e
  WHERE md5(lower(e.name)) = md5(lower($3)) ORDER BY e.entity_id COLLATE "C" LIMIT $4`,
)

/** Of a name that is kept with more spaces than it needs nobody is found. */
export const readNamesakes = async ({ client, worldId, asOf }: EcsScope, name: string): Promise<string[]> => {
  const values = [worldId, asOf, normaliseName(name), questionLimits.namesakes]
  const { rows } = await client.query<{ entity_id: string }>(prepared(selectNamed[momentOf(asOf)], values))
  return rows.map((row) => row.entity_id)
}
