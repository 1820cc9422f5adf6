import type pg from 'pg'
import type { HotFields } from './compile/compiler.ts'

/** What queries must know of the component types of a world. */
export interface QueryTypes {
  hot: HotFields
  isSensitive(type: string): boolean
}

const builtIn: Record<string, { number?: string; text?: string }> = {
  Health: { number: 'current' },
  Inventory: { number: 'gold' },
  Status: { text: 'state' },
}

interface TypeRow {
  type: string
  hot: { number?: string; text?: string } | null
  sensitive: boolean
  current: boolean
}

// data that was sealed once stays sealed in history, whatever the type became since
const selectTypes = `
  SELECT type, definition -> 'hot' AS hot, definition -> 'sensitive' = 'true' AS sensitive, true AS current
  FROM component_types WHERE world_id = $1 AND type = ANY ($2::text[])
  UNION ALL
  SELECT type, NULL, definition -> 'sensitive' = 'true', false
  FROM component_type_history WHERE world_id = $1 AND type = ANY ($2::text[])`

/** Of those types that a query names. */
export const readQueryTypes = async (
  client: pg.ClientBase,
  worldId: string,
  types: string[],
): Promise<QueryTypes> => {
  const rows = types.length === 0 ? [] : (await client.query<TypeRow>(selectTypes, [worldId, types])).rows
  const hot = new Map(rows.filter(({ current }) => current).map((row) => [row.type, row.hot ?? {}]))
  const sensitive = new Set(rows.filter((row) => row.sensitive).map(({ type }) => type))
  return {
    hot: (type) => hot.get(type) ?? (Object.hasOwn(builtIn, type) ? builtIn[type]! : {}),
    isSensitive: (type) => sensitive.has(type),
  }
}
