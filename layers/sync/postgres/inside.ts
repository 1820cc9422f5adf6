import type pg from 'pg'
import type { Position } from '../facts.ts'
import { boundsOf, type Filter, holds, type Shape } from '../filter.ts'
import type { HeldBodies } from '../holder-inside.ts'
import { filterConditions } from './filter-conditions.ts'
import { wholeFrom } from './whole-entities.ts'

interface PlaceRow {
  entity_id: string
  x: number
  y: number
  z: number
}

const inBox = (first: number): string =>
  ['x', 'y', 'z']
    .map((axis, at) => `${axis} BETWEEN $${first + at}::float8 AND $${first + 3 + at}::float8`)
    .join(' AND ')

const cornersOf = (shape: Shape): number[] => {
  const { min, max } = boundsOf(shape)
  return [...min, ...max]
}

const placesOf = (rows: readonly PlaceRow[], shape: Shape | undefined): Map<string, Position> => {
  const inside = new Map<string, Position>()
  for (const { entity_id, x, y, z } of rows)
    if (shape === undefined || holds(shape, [x, y, z])) inside.set(entity_id, [x, y, z])
  return inside
}

// whoever was written since is found by the log, which takes as long as the holder is behind, however large the world is
const selectKnown = `
  SELECT entity_id, class_type, position_seq, x, y, z FROM entities
  WHERE world_id = $1 AND entity_id = ANY ($2::text[])
  UNION ALL
  SELECT e.entity_id, e.class_type, e.position_seq, e.x, e.y, e.z
  FROM (SELECT DISTINCT entity_id FROM world_events WHERE world_id = $1 AND seq > $3) AS written,
    LATERAL (
      SELECT * FROM entities e WHERE e.world_id = $1 AND e.entity_id = written.entity_id AND e.position_seq > $3 OFFSET 0
    ) AS e
  WHERE ${inBox(4)}`

/** Of a world that is held: what its holder has in the box, but for what was written since. */
export const insideHeld = async (
  client: pg.ClientBase,
  worldId: string,
  { classes }: Filter,
  shape: Shape,
  { seq, bodies }: HeldBodies,
): Promise<Map<string, Position>> => {
  const { rows } = await client.query<PlaceRow & { class_type: string; position_seq: number }>(selectKnown, [
    ...[worldId, [...bodies.keys()], seq],
    ...cornersOf(shape),
  ])
  const places = rows
    .filter(({ class_type }) => classes === undefined || classes.has(class_type))
    .map((row): PlaceRow => {
      const body = row.position_seq > seq ? undefined : bodies.get(row.entity_id)
      return body === undefined ? row : { entity_id: row.entity_id, x: body[0], y: body[1], z: body[2] }
    })
  return placesOf(places, shape)
}

// a fork has the bodies of its parent where they were, without the ticks that brought them there
const selectHasMoved = `
  SELECT parent_world_id IS NOT NULL OR EXISTS (SELECT FROM tick_log t WHERE t.world_id = w.world_id) AS "hasMoved"
  FROM worlds w WHERE world_id = $1`

const selectWritten = `SELECT entity_id FROM entities WHERE world_id = $1 AND ${inBox(3)}`
const selectSimulated = `SELECT entity_id FROM entity_physics_state WHERE world_id = $1 AND ${inBox(3)}`

/** Entities that were written into the box, by the index on that, and such that the physics has left there; undefined: too many. */
const candidates = async (
  client: pg.ClientBase,
  worldId: string,
  shape: Shape,
  limit: number,
): Promise<string[] | undefined> => {
  const { rows: worlds } = await client.query<{ hasMoved: boolean }>(selectHasMoved, [worldId])
  const text = worlds[0]?.hasMoved ? `${selectWritten} UNION ${selectSimulated}` : selectWritten
  const { rows } = await client.query<{ entity_id: string }>(`${text} LIMIT $2`, [
    ...[worldId, limit + 1],
    ...cornersOf(shape),
  ])
  return rows.length > limit ? undefined : rows.map(({ entity_id }) => entity_id)
}

/** Of a world that nobody holds; undefined: they are more than `limit`. */
export const insideWritten = async (
  client: pg.ClientBase,
  worldId: string,
  filter: Filter,
  limit: number,
): Promise<Map<string, Position> | undefined> => {
  const { shape } = filter
  const ids = shape && (await candidates(client, worldId, shape, limit))
  const values: unknown[] = [worldId, limit + 1]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const conditions = filterConditions(filter, parameter)
  if (ids !== undefined) conditions.push(`e.entity_id = ANY (${parameter(ids)}::text[])`)
  const { rows } = await client.query<PlaceRow>(
    `SELECT e.entity_id, coalesce(s.x, e.x) AS x, coalesce(s.y, e.y) AS y, coalesce(s.z, e.z) AS z
     FROM ${wholeFrom} WHERE ${['e.world_id = $1', ...conditions].join(' AND ')} LIMIT $2`,
    values,
  )
  return rows.length > limit ? undefined : placesOf(rows, shape)
}
