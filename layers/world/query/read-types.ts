import type pg from 'pg'
import { builtinTypes, fixedTypes, nativeTypes } from '../component-types/builtin.ts'
import type { ComponentTypeDefinition } from '../component-types/definition.ts'
import { jsonEqual } from '../json.ts'
import type { HotFields } from './compile/compiler.ts'

/** What queries must know of the component types of a world. */
export interface QueryTypes {
  hot: HotFields
  isSensitive(type: string): boolean
  /** Whether the world has, or has had, such components. */
  isKnown(type: string): boolean
}

interface TypeRow {
  type: string
  hot: ComponentTypeDefinition['hot']
  sensitive: boolean
}

const selectTypes = `
  SELECT type, definition -> 'hot' AS hot, definition -> 'sensitive' = 'true' AS sensitive
  FROM component_types WHERE world_id = ANY ($1::uuid[]) AND type = ANY ($2::text[])
  UNION ALL
  SELECT type, definition -> 'hot', definition -> 'sensitive' = 'true'
  FROM component_type_history WHERE world_id = ANY ($1::uuid[]) AND type = ANY ($2::text[])`

/**
 * Of the types that a query names, over every version that these worlds have had: data that was sealed once stays sealed
 * in history, and rows that were written before a type had another hot field have the old one's values in the column.
 */
export const readQueryTypes = async (
  client: pg.ClientBase,
  worldIds: string[],
  types: string[],
): Promise<QueryTypes> => {
  const asked = types.filter((type) => !everyWorldHas.includes(type))
  const { rows } =
    asked.length === 0 ? { rows: [] } : await client.query<TypeRow>(selectTypes, [worldIds, asked])
  const sensitive = new Set(rows.filter((row) => row.sensitive).map(({ type }) => type))
  const registered = new Set(rows.map(({ type }) => type))
  const hot = new Map<string, TypeRow['hot']>()
  for (const row of rows) {
    const known = hot.get(row.type)
    hot.set(row.type, known === undefined || jsonEqual(known, row.hot) ? row.hot : {})
  }
  return {
    hot: (type) => builtinTypes.get(type)?.hot ?? hot.get(type) ?? {},
    isSensitive: (type) => sensitive.has(type),
    isKnown: (type) => everyWorldHas.includes(type) || registered.has(type),
  }
}

const everyWorldHas = [...builtinTypes.keys(), ...nativeTypes, ...fixedTypes.keys()].filter(
  (type) => type !== 'Relationships',
)

const selectNames = `
  SELECT type FROM component_types WHERE world_id = ANY ($1::uuid[])
  UNION SELECT type FROM component_type_history WHERE world_id = ANY ($1::uuid[])`

/** Every type that a query of these worlds may name. */
export const readTypeNames = async (client: pg.ClientBase, worldIds: string[]): Promise<string[]> => {
  const { rows } = await client.query<{ type: string }>(selectNames, [worldIds])
  return [...everyWorldHas, ...rows.map(({ type }) => type)]
}
