import type pg from 'pg'
import { uuidArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'

const selectCreated = `
  SELECT c.target_key FROM unnest($2::uuid[]) AS k (target_key)
  JOIN chronicle_creations c ON c.world_id = $1 AND c.target_key = k.target_key`

/** Which of the targets the projection has made, or was about to make. */
export const loadCreated = async (
  client: pg.ClientBase,
  worldId: string,
  keys: readonly string[],
): Promise<Set<string>> => {
  if (keys.length === 0) return new Set()
  const { rows } = await client.query<{ target_key: string }>(
    prepared(selectCreated, [worldId, uuidArray(keys)]),
  )
  return new Set(rows.map((row) => row.target_key))
}

const insertCreated = `
  INSERT INTO chronicle_creations (world_id, tenant_id, target_key)
  SELECT $1, $2, k.target_key FROM unnest($3::uuid[]) AS k (target_key) ON CONFLICT DO NOTHING`

/** Before they are made, so that a crash in between leaves nothing behind that nobody may delete. */
export const noteCreations = async (
  client: pg.Pool,
  { worldId, tenantId }: { worldId: string; tenantId: string },
  keys: readonly string[],
): Promise<void> => {
  if (keys.length > 0) await client.query(prepared(insertCreated, [worldId, tenantId, uuidArray(keys)]))
}

const deleteCreated = `
  DELETE FROM chronicle_creations c USING unnest($2::uuid[]) AS k (target_key)
  WHERE c.world_id = $1 AND c.target_key = k.target_key`

export const forgetCreations = async (
  client: pg.ClientBase,
  worldId: string,
  keys: readonly string[],
): Promise<void> => {
  if (keys.length > 0) await client.query(prepared(deleteCreated, [worldId, uuidArray(keys)]))
}
