import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { ComponentTypeDefinition } from '../component-types/definition.ts'
import { loadJsonSchema } from '../component-types/json-schema.ts'
import type { WorkingSet } from '../working-set.ts'

const selectTypes = 'SELECT type, definition, from_seq FROM component_types WHERE world_id = $1'

/** All component types that the world has registered; where it has some, or is about to, data can then be validated. */
export const loadTypes = async (
  client: pg.ClientBase,
  worldId: string,
  registers: boolean,
): Promise<WorkingSet['componentTypes']> => {
  const { rows } = await client.query<{
    type: string
    definition: ComponentTypeDefinition
    from_seq: number
  }>(prepared(selectTypes, [worldId]))
  if (registers || rows.length > 0) await loadJsonSchema()
  return new Map(rows.map((row) => [row.type, { definition: row.definition, fromSeq: row.from_seq }]))
}

/** Entities that one request may bring to a new version of a component type. */
export const upgradeLimit = 10_000

const selectHolders = `
  SELECT t.type, h.entity_id FROM unnest($2::text[]) AS t (type), LATERAL (
    SELECT c.entity_id FROM components c WHERE c.world_id = $1 AND c.component_type = t.type LIMIT $3
  ) h`

/** Entities that have a component of these types, by type, at most one more than `upgradeLimit` of each. */
export const findHolders = async (
  client: pg.ClientBase,
  worldId: string,
  types: string[],
): Promise<Map<string, string[]>> => {
  const { rows } = await client.query<{ type: string; entity_id: string }>(
    prepared(selectHolders, [worldId, textArray(types), upgradeLimit + 1]),
  )
  const holders = new Map<string, string[]>(types.map((type) => [type, []]))
  for (const { type, entity_id } of rows) holders.get(type)!.push(entity_id)
  return holders
}
