import type pg from 'pg'
import type { JsonObject } from '#world/event'
import { relationshipsAt } from '#world/read/at'

/** Where a relationship of an entity leads. */
export interface Connection {
  target_id: string
  connection_type: string
  strength: number
  label: string | null
  data: JsonObject
}

export interface Connections {
  /** All that lead out of it. */
  count: number
  /** The first of them by target and type. */
  first: Connection[]
}

const outOf = `${relationshipsAt.past} r WHERE r.source_id = given.id`

const selectText = `
  SELECT given.id AS id, (SELECT count(*) FROM ${outOf}) AS count, (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'target_id', f.target_id, 'connection_type', f.type, 'strength', f.strength, 'label', f.label, 'data', f.data)
      ORDER BY f.target_id, f.type), '[]')
    FROM (SELECT r.* FROM ${outOf} ORDER BY r.target_id, r.type LIMIT $4) f) AS first
  FROM unnest($3::text[]) AS given (id)`

/** What leads out of each entity as of a seq. */
export const readConnections = async (
  client: pg.ClientBase,
  { worldId, seq }: { worldId: string; seq: number },
  entityIds: readonly string[],
  limitEach: number,
): Promise<Map<string, Connections>> => {
  const { rows } = await client.query<Connections & { id: string }>(selectText, [
    ...[worldId, seq, entityIds, limitEach],
  ])
  return new Map(rows.map(({ id, count, first }) => [id, { count, first }]))
}
