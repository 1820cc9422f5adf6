import type pg from 'pg'
import { buildHierarchy, type Hierarchy } from '../hierarchy.ts'
import { bothMoments, entitiesAt, momentOf, relationshipsAt } from './at.ts'

const selectIds = bothMoments(
  (moment) => `SELECT e.entity_id FROM ${entitiesAt[moment]} e ORDER BY e.entity_id`,
)

const selectEdges = bothMoments(
  (moment) => `SELECT r.source_id, r.target_id FROM ${relationshipsAt[moment]} r WHERE r.type = 'hierarchy'`,
)

const selectBelow = bothMoments(
  (moment) => `
  WITH RECURSIVE below (entity_id, parent_id) AS (
    SELECT e.entity_id, NULL::text COLLATE "C" FROM ${entitiesAt[moment]} e WHERE e.entity_id = $3
    UNION ALL
    SELECT r.target_id, r.source_id FROM below
    JOIN ${relationshipsAt[moment]} r ON r.source_id = below.entity_id AND r.type = 'hierarchy'
    JOIN ${entitiesAt[moment]} e ON e.entity_id = r.target_id
  )
  SELECT entity_id, parent_id FROM below ORDER BY entity_id`,
)

/** The part of the forest below an entity, with the entity as its only root; undefined where it does not exist. */
export const readSubtree = async (
  client: pg.ClientBase,
  worldId: string,
  rootId: string,
  asOf: number | null,
): Promise<Hierarchy | undefined> => {
  const text = selectBelow[momentOf(asOf)]
  const values = [worldId, asOf, rootId]
  const { rows } = await client.query<[string, string | null]>({ text, values, rowMode: 'array' })
  if (rows.length === 0) return undefined
  const edges = rows.flatMap(([targetId, sourceId]) => (sourceId === null ? [] : [{ sourceId, targetId }]))
  return buildHierarchy(
    rows.map(([id]) => id),
    edges,
  )
}

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
