import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { type ArchivedRow, putBatch, type StoredBatch } from './batch.ts'
import type { WorldKey } from './postgres/state.ts'

const noteText = `
  INSERT INTO retention_garbage (key, world_id, tenant_id, due_at) VALUES ($1, $2, $3, now() + $4 * interval '1 second')`

/** Longer than whoever stores an object takes to put it into the index. */
const unindexedSeconds = 3_600

/** Stores an object that is garbage until `keepObjects` says otherwise: whoever dies in between leaves none for ever. */
export const storeObject = async (
  { pool, objects }: { pool: pg.Pool; objects: ObjectStore },
  { worldId, tenantId }: WorldKey,
  key: string,
  rows: readonly ArchivedRow[],
): Promise<StoredBatch> => {
  await pool.query(noteText, [key, worldId, tenantId, unindexedSeconds])
  return putBatch(objects, key, rows)
}

/** In the transaction that puts objects into the index. False: some of them may be gone. */
export const keepObjects = async (
  client: pg.ClientBase,
  kept: readonly { key: string }[],
): Promise<boolean> => {
  const keys = kept.map(({ key }) => key)
  const { rowCount } = await client.query('DELETE FROM retention_garbage WHERE key = ANY ($1)', [keys])
  return rowCount === keys.length
}

/** In the transaction that takes an object out of the index. */
export const dropObject = async (
  client: pg.ClientBase,
  { key, worldId, tenantId }: WorldKey & { key: string },
): Promise<void> => {
  await client.query(noteText, [key, worldId, tenantId, 0])
}

const takeText = `
  SELECT key FROM retention_garbage WHERE world_id = $1 AND due_at <= now() ORDER BY key LIMIT 100`

/** Deletes objects that are due; answers how many. An object is gone before it is no garbage any more. */
export const sweepGarbage = async (pool: pg.Pool, objects: ObjectStore, worldId: string): Promise<number> => {
  const { rows } = await pool.query<{ key: string }>(takeText, [worldId])
  for (const { key } of rows) {
    await objects.delete(key)
    await pool.query('DELETE FROM retention_garbage WHERE key = $1', [key])
  }
  return rows.length === 100 ? 100 + (await sweepGarbage(pool, objects, worldId)) : rows.length
}
