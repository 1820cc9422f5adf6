import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { type EntityColumns, entityFrom } from '../components.ts'
import type { Entity, JsonObject } from '../event.ts'
import { bothMoments, componentsAt, entitiesAt, type Moment, momentOf, relationshipsAt } from './at.ts'
import { inSubtree } from './subtree.ts'

/** An entity as it stood at a seq. */
export interface EntityRecord extends Entity {
  archetype: string
  /** 1 to 9, of the written position. */
  fluxPosition: number
  /** seq of the event that made it so. */
  seq: number
  createdAt: string
  updatedAt: string
}

/** As the reads of entities select it. */
export interface EntityRow extends EntityColumns {
  archetype: string
  flux_position: number
  from_seq: number
  created_at: Date
  updated_at: Date
  components: Record<string, JsonObject> | null
}

/** An entity from its row and the data of its components. */
export const toRecord = (row: EntityRow): EntityRecord => ({
  ...entityFrom(row, row.components ?? {}),
  archetype: row.archetype,
  fluxPosition: row.flux_position,
  seq: row.from_seq,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const componentsOf = (moment: Moment): string =>
  `(SELECT jsonb_object_agg(c.component_type, c.data) FROM ${componentsAt[moment]} c WHERE c.entity_id = e.entity_id)`

const selectSome = bothMoments(
  (moment) => `
  SELECT e.*, ${componentsOf(moment)} AS components FROM ${entitiesAt[moment]} e
  WHERE e.entity_id = ANY ($3::text[]) ORDER BY e.entity_id`,
)

/** Those of the entities that exist as of `asOf` (null: now), in order of id. */
export const readEntities = async (
  client: pg.ClientBase,
  worldId: string,
  entityIds: readonly string[],
  asOf: number | null,
): Promise<EntityRecord[]> => {
  const { rows } = await client.query<EntityRow>(selectSome[momentOf(asOf)], [worldId, asOf, entityIds])
  return rows.map(toRecord)
}

const selectOne = bothMoments(
  (moment) =>
    `SELECT e.*, ${componentsOf(moment)} AS components FROM ${entitiesAt[moment]} e WHERE e.entity_id = $3`,
)

/** The entity, as of `asOf` (null: now), or undefined where it did not exist then. */
export const readEntity = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
  asOf: number | null,
): Promise<EntityRecord | undefined> => {
  const { rows } = await client.query<EntityRow>(
    prepared(selectOne[momentOf(asOf)], [worldId, asOf, entityId]),
  )
  return rows[0] && toRecord(rows[0])
}

export interface EntityFilter {
  classType?: string
  tag?: string
  /** Any of these flux positions. */
  flux?: number[]
  /** Depth in the hierarchy: 0 for an entity without a parent. */
  depth?: number
  /** This entity and those below it in the hierarchy. */
  subtree?: string
  /** Made as they are at this time or later. */
  updatedFrom?: Date
  /** [minX, minY, minZ, maxX, maxY, maxZ] of the written position, borders included. */
  box?: number[]
}

/**
 * A page of entities in order of id, after the id `after` ('' for the first page). The statement's text
 * depends on which filters are given, never on their values.
 */
export const listEntities = async (
  client: pg.ClientBase,
  worldId: string,
  filter: EntityFilter,
  asOf: number | null,
  after: string,
  limit: number,
): Promise<EntityRecord[]> => {
  const moment = momentOf(asOf)
  const values: unknown[] = [worldId, asOf, after, limit]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const conditions = ['e.entity_id > $3', ...filterConditions(filter, moment, parameter)]
  const text = `SELECT e.*, ${componentsOf(moment)} AS components FROM ${entitiesAt[moment]} e
    WHERE ${conditions.join(' AND ')} ORDER BY e.entity_id LIMIT $4`
  const { rows } = await client.query<EntityRow>(text, values)
  return rows.map(toRecord)
}

const filterConditions = (
  { classType, tag, flux, box, depth, subtree, updatedFrom }: EntityFilter,
  moment: Moment,
  parameter: (value: unknown) => string,
): string[] => {
  const conditions: string[] = []
  if (classType !== undefined) conditions.push(`e.class_type = ${parameter(classType)}`)
  if (flux !== undefined) conditions.push(`e.flux_position = ANY (${parameter(flux)}::int2[])`)
  if (box !== undefined) {
    for (const [axis, name] of ['x', 'y', 'z'].entries()) {
      conditions.push(
        `e.${name} BETWEEN ${parameter(box[axis])}::float8 AND ${parameter(box[axis + 3])}::float8`,
      )
    }
  }
  // the array operators are not leakproof: under row security only the function may use their index
  if (tag !== undefined && moment === 'now') {
    conditions.push(`e.entity_id IN (SELECT entities_tagged($1, ${parameter(tag)}))`)
  }
  if (tag !== undefined && moment === 'past') conditions.push(`${parameter(tag)} = ANY (e.tags)`)
  if (depth !== undefined) conditions.push(depthIs(moment, `${parameter(depth)}::int`))
  if (subtree !== undefined) conditions.push(inSubtree(moment, 'e.entity_id', `${parameter(subtree)}::text`))
  if (updatedFrom !== undefined) conditions.push(`e.updated_at >= ${parameter(updatedFrom)}`)
  return conditions
}

/** An entity counts in the hierarchy by its edges between entities that exist; without a parent its depth is 0. */
const depthIs = (moment: Moment, depth: string): string => `e.entity_id IN (
  WITH RECURSIVE edge AS MATERIALIZED (
    SELECT r.source_id, r.target_id FROM ${relationshipsAt[moment]} r
    JOIN ${entitiesAt[moment]} s ON s.entity_id = r.source_id
    JOIN ${entitiesAt[moment]} t ON t.entity_id = r.target_id
    WHERE r.type = 'hierarchy'
  ), level (entity_id, depth) AS (
    SELECT a.entity_id, 0 FROM ${entitiesAt[moment]} a
    WHERE NOT EXISTS (SELECT FROM edge WHERE edge.target_id = a.entity_id)
    UNION ALL
    SELECT edge.target_id, level.depth + 1 FROM level JOIN edge ON edge.source_id = level.entity_id
    WHERE level.depth < ${depth}
  )
  SELECT entity_id FROM level WHERE level.depth = ${depth})`
