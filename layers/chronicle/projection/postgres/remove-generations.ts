import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

const derivedTables = [
  'chronicle_actors',
  'chronicle_names',
  'chronicle_effects',
  'chronicle_unknown_actions',
  'chronicle_derived',
]

/** Removes what was derived in generations other than these. */
export const removeGenerations = async (
  client: pg.ClientBase,
  worldId: string,
  kept: readonly number[],
): Promise<void> => {
  for (const table of derivedTables)
    await client.query(
      prepared(`DELETE FROM ${table} WHERE world_id = $1 AND generation <> ALL ($2::integer[])`, [
        worldId,
        kept,
      ]),
    )
}
