import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { ComponentTypeDefinition } from '../component-types/definition.ts'
import { bothMoments, componentTypesAt, momentOf } from './at.ts'

/** A registered component type as it stood at a seq. */
export type TypeRecord = ComponentTypeDefinition & { seq: number }

const selectTypes = bothMoments(
  (moment) => `SELECT t.definition, t.from_seq FROM ${componentTypesAt[moment]} t ORDER BY t.type`,
)

/** The types that the world has registered, in order of name, as of `asOf` (null: now). */
export const readComponentTypes = async (
  client: pg.ClientBase,
  worldId: string,
  asOf: number | null,
): Promise<TypeRecord[]> => {
  const { rows } = await client.query<{ definition: ComponentTypeDefinition; from_seq: number }>(
    prepared(selectTypes[momentOf(asOf)], [worldId, asOf]),
  )
  return rows.map(({ definition, from_seq }) => ({ ...definition, seq: from_seq }))
}
