import { entitiesAt, type Moment, relationshipsAt } from './at.ts'

/** Condition: the entity `id` is `root` or below it in the hierarchy; both are SQL. Nothing where the root does not exist. */
export const inSubtree = (moment: Moment, id: string, root: string): string => `${id} IN (
  WITH RECURSIVE below (entity_id) AS (
    SELECT s.entity_id FROM ${entitiesAt[moment]} s WHERE s.entity_id = ${root}
    UNION ALL
    SELECT r.target_id FROM below
    JOIN ${relationshipsAt[moment]} r ON r.source_id = below.entity_id AND r.type = 'hierarchy'
    JOIN ${entitiesAt[moment]} t ON t.entity_id = r.target_id
  )
  SELECT entity_id FROM below)`
