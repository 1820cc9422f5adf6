import type pg from 'pg'
import { entityChanges } from '../changes.ts'
import { type EntityColumns, entityFrom } from '../components.ts'
import type { Change, Entity, JsonObject } from '../event.ts'
import { componentsAt, entitiesAt, ofSecondWorld } from '../read/at.ts'
import { countText, type DifferenceCounts, diffValues, eventsOfParts, type Kind } from './difference.ts'
import type { DiffSide, LogPart } from './parts.ts'

export interface EntityDifference {
  id: string
  kind: Kind
  /** Of the world that it is in, where it is in one only. */
  entity?: Entity
  /** From the first world to the second. */
  changes?: Change[]
}

const columns = 'name, class_type, tags, x, y, z'

/** Of those that the logs name, each looked up. */
const named = (entities: string, components: string): string => `
  SELECT e.entity_id, ${columns}, (
    SELECT jsonb_object_agg(c.component_type, c.data) FROM ${components} c WHERE c.entity_id = e.entity_id) AS components
  FROM named n JOIN ${entities} e USING (entity_id)`

/** Of all. */
const whole = (entities: string, components: string): string => `
  SELECT e.entity_id, ${columns}, c.components
  FROM ${entities} e LEFT JOIN (
    SELECT c.entity_id, jsonb_object_agg(c.component_type, c.data) AS components FROM ${components} c GROUP BY 1
  ) c USING (entity_id)`

const differences = (side: typeof named, isNamed: boolean): string => `
  WITH ${isNamed ? `named AS MATERIALIZED (SELECT DISTINCT e.entity_id FROM ${eventsOfParts} WHERE e.type LIKE 'entity.%'), ` : ''}
    a AS (${side(entitiesAt.past, componentsAt.past)}),
    b AS (${side(ofSecondWorld(entitiesAt.past), ofSecondWorld(componentsAt.past))})
  SELECT entity_id,
    CASE WHEN a.name IS NULL THEN 'created' WHEN b.name IS NULL THEN 'deleted' ELSE 'changed' END AS kind,
    to_jsonb(a) AS a, to_jsonb(b) AS b
  FROM a FULL JOIN b USING (entity_id)
  WHERE (${rowOf('a')}) IS DISTINCT FROM (${rowOf('b')})`

const rowOf = (side: string): string =>
  ['name', 'class_type', 'tags', 'x', 'y', 'z', 'components'].map((column) => `${side}.${column}`).join(', ')

const texts = [differences(named, true), differences(whole, false)] as const
const textOf = (parts: LogPart[] | undefined): string => texts[parts === undefined ? 1 : 0]

export const countEntityDifferences = async (
  client: pg.ClientBase,
  a: DiffSide,
  b: DiffSide,
  parts: LogPart[] | undefined,
): Promise<DifferenceCounts> =>
  (await client.query<DifferenceCounts>(countText(textOf(parts)), diffValues(a, b, parts))).rows[0]!

type Row = EntityColumns & { components: Record<string, JsonObject> | null }

/** Entities that differ, in order of id, after the id `after` ('' for the first page). */
export const listEntityDifferences = async (
  client: pg.ClientBase,
  a: DiffSide,
  b: DiffSide,
  parts: LogPart[] | undefined,
  after: string,
  limit: number,
): Promise<EntityDifference[]> => {
  const values = diffValues(a, b, parts)
  const text = `SELECT * FROM (${textOf(parts)}) d WHERE d.entity_id > $${values.push(after)}
    ORDER BY d.entity_id LIMIT $${values.push(limit)}`
  const { rows } = await client.query<{ entity_id: string; kind: Kind; a: Row; b: Row }>(text, values)
  return rows.map(({ entity_id: id, kind, a, b }) =>
    kind === 'changed'
      ? { id, kind, changes: entityChanges(entityOf(a), entityOf(b)) }
      : { id, kind, entity: entityOf(kind === 'created' ? b : a) },
  )
}

const entityOf = (row: Row): Entity => entityFrom(row, row.components ?? {})
