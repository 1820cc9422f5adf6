import type pg from 'pg'
import { relationshipChanges } from '../changes.ts'
import type { Change, Relationship, RelationshipKey } from '../event.ts'
import { type RelationshipRow, relationshipFrom } from '../postgres/load.ts'
import { ofSecondWorld, relationshipsAt } from '../read/at.ts'
import { countText, type DifferenceCounts, diffValues, eventsOfParts, type Kind } from './difference.ts'
import type { DiffSide, LogPart } from './parts.ts'

export interface RelationshipDifference extends RelationshipKey {
  kind: Kind
  /** Of the world that it is in, where it is in one only. */
  relationship?: Relationship
  /** From the first world to the second. */
  changes?: Change[]
}

const key = 'source_id, target_id, type'

const namedText = `
  SELECT DISTINCT e.data #>> '{relationship,sourceId}' COLLATE "C" AS source_id,
    e.data #>> '{relationship,targetId}' COLLATE "C" AS target_id, e.data #>> '{relationship,type}' COLLATE "C" AS type
  FROM ${eventsOfParts} WHERE e.type LIKE 'relationship.%'`

const differences = (isNamed: boolean): string => {
  const side = (table: string) =>
    `SELECT ${key}, strength, label, data FROM ${isNamed ? 'named JOIN ' : ''}${table} r ${isNamed ? `USING (${key})` : ''}`
  return `
  WITH ${isNamed ? `named AS MATERIALIZED (${namedText}), ` : ''}
    a AS (${side(relationshipsAt.past)}),
    b AS (${side(ofSecondWorld(relationshipsAt.past))})
  SELECT ${key},
    CASE WHEN a.data IS NULL THEN 'created' WHEN b.data IS NULL THEN 'deleted' ELSE 'changed' END AS kind,
    to_jsonb(a) AS a, to_jsonb(b) AS b
  FROM a FULL JOIN b USING (${key})
  WHERE (a.strength, a.label, a.data) IS DISTINCT FROM (b.strength, b.label, b.data)`
}

const texts = [differences(true), differences(false)] as const
const textOf = (parts: LogPart[] | undefined): string => texts[parts === undefined ? 1 : 0]

export const countRelationshipDifferences = async (
  client: pg.ClientBase,
  a: DiffSide,
  b: DiffSide,
  parts: LogPart[] | undefined,
): Promise<DifferenceCounts> =>
  (await client.query<DifferenceCounts>(countText(textOf(parts)), diffValues(a, b, parts))).rows[0]!

interface Row extends RelationshipKey {
  kind: Kind
  a: Omit<RelationshipRow, 'from_seq'>
  b: Omit<RelationshipRow, 'from_seq'>
}

/** Relationships that differ, in order of (source, target, type), after the key `after`. */
export const listRelationshipDifferences = async (
  client: pg.ClientBase,
  a: DiffSide,
  b: DiffSide,
  parts: LogPart[] | undefined,
  after: RelationshipKey,
  limit: number,
): Promise<RelationshipDifference[]> => {
  const values = diffValues(a, b, parts)
  const [source, target, type] = [after.sourceId, after.targetId, after.type].map((v) => `$${values.push(v)}`)
  const text = `SELECT source_id AS "sourceId", target_id AS "targetId", type, kind, a, b FROM (${textOf(parts)}) d
    WHERE (source_id, target_id, type) > (${source}, ${target}, ${type})
    ORDER BY source_id, target_id, type LIMIT $${values.push(limit)}`
  const { rows } = await client.query<Row>(text, values)
  return rows.map(({ kind, a, b, sourceId, targetId, type }) => ({
    ...{ sourceId, targetId, type, kind },
    ...(kind === 'changed'
      ? { changes: relationshipChanges(relationshipFrom(a), relationshipFrom(b)) }
      : { relationship: relationshipFrom(kind === 'created' ? b : a) }),
  }))
}
