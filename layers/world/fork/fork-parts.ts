import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'

const lock = `hashtextextended('orrery.fork-parts:' || $1, 0)`

/** Until the transaction ends, in which the world of the parts will come to be, nobody takes them for forgotten ones. */
export const lockParts = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(`SELECT pg_advisory_xact_lock(${lock})`, [worldId])
}

/** In the transaction of parts that ends before the fork's: should that come to nothing, they are known. */
export const noteParts = async (client: pg.ClientBase, { worldId, tenantId }: StoreTarget): Promise<void> => {
  await client.query('INSERT INTO fork_parts (world_id, tenant_id) VALUES ($1, $2)', [worldId, tenantId])
}

/** In the transaction of the fork: from its commit on the parts are a world's. @throws where they are not there. */
export const takeParts = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  const { rowCount } = await client.query('DELETE FROM fork_parts WHERE world_id = $1', [worldId])
  if (rowCount !== 1) throw new Error(`There are no parts of the fork ${worldId}`)
}

const leftText = 'SELECT world_id FROM fork_parts ORDER BY made_at LIMIT 100'

// the four tables together in well under a second
const rowsAtOnce = 10_000

/**
 * Deletes what forks left behind whose process died, each time a few rows in a transaction of their own, so that it may end
 * anywhere and be called by any number of processes. Answers how many rows it deleted.
 *
 * @param pool as orrery_background.
 */
export const forgetParts = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ world_id: string }>(leftText)
  let deleted = 0
  for (const { world_id: worldId } of rows)
    for (let count = -1; count !== 0; deleted += count) count = await forgetSome(pool, worldId)
  return deleted
}

const forgetSome = async (pool: pg.Pool, worldId: string): Promise<number> => {
  const values = [worldId, rowsAtOnce]
  return (await pool.query<{ rows: number }>('SELECT forget_fork_part($1, $2) AS rows', values)).rows[0]!.rows
}
