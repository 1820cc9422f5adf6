import type pg from 'pg'
import type { Relationship, RelationshipKey } from '../event.ts'
import { type RelationshipRow, relationshipFrom } from '../postgres/load.ts'
import { type Moment, momentOf, relationshipsAt } from './at.ts'

export interface RelationshipRecord extends Relationship {
  /** seq of the event that made it so. */
  seq: number
}

export interface RelationshipFilter {
  sourceId?: string
  targetId?: string
  /** Either end. */
  entityId?: string
  type?: string
}

/** A page of relationships in order of (source, target, type), after the key `after`, as of `asOf` (null: now). */
export const listRelationships = async (
  client: pg.ClientBase,
  worldId: string,
  filter: RelationshipFilter,
  asOf: number | null,
  after: RelationshipKey,
  limit: number,
): Promise<RelationshipRecord[]> => {
  const values: unknown[] = [worldId, asOf, after.sourceId, after.targetId, after.type, limit]
  const conditions = [
    '(r.source_id, r.target_id, r.type) > ($3, $4, $5)',
    ...filterConditions(filter, values),
  ]
  const { rows } = await client.query<RelationshipRow>(select(momentOf(asOf), conditions), values)
  return rows.map((row) => ({ ...relationshipFrom(row), seq: row.from_seq }))
}

const select = (moment: Moment, conditions: string[]): string => `
  SELECT r.* FROM ${relationshipsAt[moment]} r WHERE ${conditions.join(' AND ')}
  ORDER BY r.source_id, r.target_id, r.type LIMIT $6`

const filterConditions = (
  { sourceId, targetId, entityId, type }: RelationshipFilter,
  values: unknown[],
): string[] => {
  const conditions: string[] = []
  if (sourceId !== undefined) conditions.push(`r.source_id = $${values.push(sourceId)}`)
  if (targetId !== undefined) conditions.push(`r.target_id = $${values.push(targetId)}`)
  if (type !== undefined) conditions.push(`r.type = $${values.push(type)}`)
  if (entityId !== undefined) {
    const either = `$${values.push(entityId)}`
    conditions.push(`(r.source_id = ${either} OR r.target_id = ${either})`)
  }
  return conditions
}
