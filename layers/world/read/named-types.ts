import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { ComponentTypeDefinition } from '../component-types/definition.ts'

/** Some registered types of a world, by name; undefined where the tenant has no such world. */
export type NamedTypes = ReadonlyMap<string, ComponentTypeDefinition> | undefined

const selectNamed = `
  SELECT t.definition FROM worlds w
  LEFT JOIN component_types t ON t.world_id = w.world_id AND t.type = ANY ($3::text[])
  WHERE w.tenant_id = $1 AND w.name = $2`

/** As they are now. */
export const readNamedTypes = async (
  client: pg.ClientBase,
  tenantId: string,
  world: string,
  types: string[],
): Promise<NamedTypes> => {
  const { rows } = await client.query<{ definition: ComponentTypeDefinition | null }>(
    prepared(selectNamed, [tenantId, world, textArray(types)]),
  )
  if (rows.length === 0) return undefined
  return new Map(
    rows.flatMap(({ definition }) => (definition === null ? [] : [[definition.type, definition]])),
  )
}
