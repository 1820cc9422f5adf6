import type pg from 'pg'
import type { ForkSource } from './find-source.ts'

/** Ids of entities from one on, up to before another (null: all that follow), in the order of the key. */
export interface IdRange {
  from: string
  to: string | null
}

export const everyId: IdRange = { from: '', to: null }

/** A condition on a column of such ids, for parameters of those numbers. */
export const inRange = (column: string, from: number, to: number): string =>
  `${column} >= $${from}::text AND ($${to}::text IS NULL OR ${column} < $${to}::text)`

/** Of a fork: enough that whoever is slower has little left when the other is done. */
const rangesAtMost = 8

const boundsText = `
  SELECT entity_id FROM (
    SELECT entity_id, row_number() OVER (ORDER BY entity_id) AS place FROM entities WHERE world_id = $1
  ) e WHERE place % $2 = 0 ORDER BY entity_id`

/**
 * Ranges that together hold every id and each of which has about as many of the source's entities: as many as come to
 * `entitiesEach`, or one.
 */
export const splitIds = async (
  client: pg.ClientBase,
  { worldId, entityCount }: ForkSource,
  entitiesEach: number,
): Promise<IdRange[]> => {
  const count = Math.min(rangesAtMost, Math.floor(entityCount / entitiesEach))
  if (count < 2) return [everyId]
  const { rows } = await client.query<{ entity_id: string }>(boundsText, [
    worldId,
    Math.ceil(entityCount / count),
  ])
  const bounds = rows.map((row) => row.entity_id)
  return ['', ...bounds].map((from, at) => ({ from, to: bounds[at] ?? null }))
}
