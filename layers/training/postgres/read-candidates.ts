import type pg from 'pg'
import { entitiesAt } from '#world/read/at'
import { inSubtree } from '#world/read/subtree'
import type { Candidate } from '../selection.ts'

const select = (condition: string) => `
  SELECT e.entity_id, e.class_type, e.flux_position FROM ${entitiesAt.past} e
  WHERE e.entity_id > $3 ${condition} ORDER BY e.entity_id LIMIT $4`

const selectAll = select('')
const selectBelow = select(`AND ${inSubtree('past', 'e.entity_id', '$5::text')}`)

/** A page of entities as of a seq, in order of id, after `after`; of the subtree of one, where it is given. */
export const readCandidates = async (
  client: pg.ClientBase,
  { worldId, seq }: { worldId: string; seq: number },
  subtree: string | null,
  after: string,
  limit: number,
): Promise<Candidate[]> => {
  const values = [worldId, seq, after, limit]
  const { rows } = await client.query<[string, string, number]>({
    text: subtree === null ? selectAll : selectBelow,
    values: subtree === null ? values : [...values, subtree],
    rowMode: 'array',
  })
  return rows.map(([entityId, classType, fluxPosition]) => ({ entityId, classType, fluxPosition }))
}
