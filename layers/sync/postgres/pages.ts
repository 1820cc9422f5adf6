import type pg from 'pg'
import type { Entity } from '#world/event'
import { type Filter, holds, withComponents } from '../filter.ts'
import { filterConditions } from './filter-conditions.ts'
import { positionOf, toEntity, type WholeRow, wholeColumns, wholeFrom } from './whole-entities.ts'

const pageRows = 1_000

/**
 * The next entities of a world in the filter, in order of id after `after` ('' at first), and the id after which the next
 * ones are; null: these were the last.
 */
export const readPage = async (
  client: pg.ClientBase,
  worldId: string,
  filter: Filter,
  after: string,
): Promise<{ entities: Entity[]; next: string | null }> => {
  const values: unknown[] = [worldId, after]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const conditions = filterConditions(filter, parameter).map((condition) => ` AND ${condition}`)
  const { rows } = await client.query<WholeRow>(
    `SELECT ${wholeColumns} FROM ${wholeFrom} WHERE e.world_id = $1 AND e.entity_id > $2${conditions.join('')}
     ORDER BY e.entity_id LIMIT ${pageRows}`,
    values,
  )
  const { shape } = filter
  const inShape = shape === undefined ? rows : rows.filter((row) => holds(shape, positionOf(row)))
  return {
    entities: inShape.map((row) => withComponents(toEntity(row), filter)),
    next: rows.length < pageRows ? null : rows.at(-1)!.entity_id,
  }
}
