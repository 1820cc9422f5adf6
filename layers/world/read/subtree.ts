import { entitiesAt, type Moment, relationshipsAt } from './at.ts'

// by indexes, a step at a time: see lineages.ts
/** Condition: the entity `id` is `root` or below it in the hierarchy; both are SQL. Nothing where the root does not exist. */
export const inSubtree = (moment: Moment, id: string, root: string): string => `${id} IN (
  WITH RECURSIVE below (entity_id) AS (
    SELECT s.entity_id FROM ${entitiesAt[moment]} s WHERE s.entity_id = ${root}
    UNION ALL
    SELECT r.target_id FROM below
    CROSS JOIN LATERAL (
      SELECT e.target_id FROM ${relationshipsAt[moment]} e WHERE e.source_id = below.entity_id AND e.type = 'hierarchy' OFFSET 0
    ) r
    CROSS JOIN LATERAL (SELECT FROM ${entitiesAt[moment]} t WHERE t.entity_id = r.target_id LIMIT 1) t
  )
  SELECT entity_id FROM below)`
