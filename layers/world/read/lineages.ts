import type pg from 'pg'
import { bothMoments, entitiesAt, momentOf, relationshipsAt } from './at.ts'

/** Where an entity stands in the hierarchy. */
export interface Lineage {
  /** 0 for a root. */
  depth: number
  parentId: string | null
  /** The highest one above it; itself for a root. */
  rootId: string
}

// up from each of them, by the index on targets: what is beside them in the world is not read
const selectAbove = bothMoments(
  (moment) => `
  WITH RECURSIVE up (entity_id, above_id, depth) AS (
    SELECT id COLLATE "C", id COLLATE "C", 0 FROM unnest($3::text[]) AS given (id)
    UNION ALL
    SELECT up.entity_id, r.source_id, up.depth + 1 FROM up
    JOIN ${relationshipsAt[moment]} r ON r.target_id = up.above_id AND r.type = 'hierarchy'
    JOIN ${entitiesAt[moment]} s ON s.entity_id = r.source_id
  )
  SELECT entity_id, max(depth) AS depth, max(above_id) FILTER (WHERE depth = 1) AS parent_id,
    (array_agg(above_id ORDER BY depth DESC))[1] AS root_id
  FROM up GROUP BY entity_id`,
)

/** Of the entities, which exist, as of `asOf` (null: now). */
export const readLineages = async (
  client: pg.ClientBase,
  worldId: string,
  entityIds: readonly string[],
  asOf: number | null,
): Promise<Map<string, Lineage>> => {
  const text = selectAbove[momentOf(asOf)]
  const { rows } = await client.query<{
    entity_id: string
    depth: number
    parent_id: string | null
    root_id: string
  }>(text, [worldId, asOf, entityIds])
  return new Map(
    rows.map(({ entity_id, depth, parent_id: parentId, root_id: rootId }) => [
      entity_id,
      { depth, parentId, rootId },
    ]),
  )
}
