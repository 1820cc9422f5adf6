import type pg from 'pg'
import { buildHierarchy, type Hierarchy } from '../hierarchy.ts'
import { bothMoments, entitiesAt, momentOf, relationshipsAt } from './at.ts'

const selectIds = bothMoments(
  (moment) => `SELECT e.entity_id FROM ${entitiesAt[moment]} e ORDER BY e.entity_id`,
)

const selectEdges = bothMoments(
  (moment) => `SELECT r.source_id, r.target_id FROM ${relationshipsAt[moment]} r WHERE r.type = 'hierarchy'`,
)

/**
 * The whole forest as of `asOf` (null: now). Both reads must see one state: pass a seq, or a client in a
 * REPEATABLE READ transaction.
 */
export const readHierarchy = async (
  client: pg.ClientBase,
  worldId: string,
  asOf: number | null,
): Promise<Hierarchy> => {
  const moment = momentOf(asOf)
  const ids = await client.query<[string]>({
    text: selectIds[moment],
    values: [worldId, asOf],
    rowMode: 'array',
  })
  const edges = await client.query<[string, string]>({
    text: selectEdges[moment],
    values: [worldId, asOf],
    rowMode: 'array',
  })
  return buildHierarchy(
    ids.rows.map(([id]) => id),
    edges.rows.map(([sourceId, targetId]) => ({ sourceId, targetId })),
  )
}
