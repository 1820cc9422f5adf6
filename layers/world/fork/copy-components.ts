import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { builtinTypes } from '../component-types/builtin.ts'
import type { ComponentTypeDefinition } from '../component-types/definition.ts'
import type { StoreTarget } from '../postgres/statement.ts'
import { componentsAt, componentTypesAt } from '../read/at.ts'
import type { ForkSource } from './find-source.ts'
import { type IdRange, inRange } from './id-ranges.ts'

/** What the copy of components of a type needs to know of it. */
export type CopiedType = Pick<ComponentTypeDefinition, 'type' | 'hot'>

const copyTypesText = `
  INSERT INTO component_types (world_id, tenant_id, type, version, definition, from_seq)
  SELECT $3::uuid, $4, t.type, t.version, t.definition, t.from_seq FROM ${componentTypesAt.past} t
  RETURNING definition`

// what was superseded has no hot columns: they are taken from the data
const copyText = `
  INSERT INTO components (world_id, tenant_id, entity_id, component_type, data, from_seq, hot_number, hot_text)
  SELECT $3::uuid, $4, c.entity_id, c.component_type, c.data, c.from_seq,
    CASE WHEN jsonb_typeof(c.data -> h.number) = 'number' THEN (c.data ->> h.number)::float8 END,
    CASE WHEN jsonb_typeof(c.data -> h.text) = 'string' THEN c.data ->> h.text END
  FROM ${componentsAt.past} c
  LEFT JOIN unnest($5::text[], $6::text[], $7::text[]) AS h (type, number, text) ON h.type = c.component_type
  WHERE ${inRange('c.entity_id', 8, 9)} ORDER BY c.entity_id, c.component_type`

/** Gives the fork the component types that the source had; answers all that it has, those of every world too. */
export const copyComponentTypes = async (
  client: pg.ClientBase,
  { worldId, tenantId }: StoreTarget,
  source: ForkSource,
): Promise<CopiedType[]> => {
  const moment = [source.worldId, source.atSeq, worldId, tenantId]
  const { rows } = await client.query<{ definition: ComponentTypeDefinition }>(copyTypesText, moment)
  return [...builtinTypes.values(), ...rows.map(({ definition }) => definition)]
}

/** Gives the fork the components of the range that the source had. */
export const copyComponents = async (
  client: pg.ClientBase,
  { worldId, tenantId }: StoreTarget,
  source: ForkSource,
  types: readonly CopiedType[],
  { from, to }: IdRange,
): Promise<void> => {
  await client.query(copyText, [
    ...[source.worldId, source.atSeq, worldId, tenantId],
    textArray(types.map(({ type }) => type)),
    textArray(types.map(({ hot }) => hot.number ?? null)),
    textArray(types.map(({ hot }) => hot.text ?? null)),
    ...[from, to],
  ])
}
