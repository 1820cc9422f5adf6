import type pg from 'pg'
import type { JsonObject } from '../event.ts'

/** Of a world. */
export const savedQueryLimit = 200

/** A query under a name, for all who read its world. */
export interface SavedQuery {
  name: string
  /** As it was given: text, or its JSON form. */
  query: string | JsonObject
  description: string
  /** The user who saved it last, hashed. */
  savedBy: string
  createdAt: Date
  updatedAt: Date
}

const columns = `name, query, description, saved_by AS "savedBy", created_at AS "createdAt", updated_at AS "updatedAt"`

const listText = `SELECT ${columns} FROM saved_queries WHERE world_id = $1 ORDER BY name LIMIT ${savedQueryLimit}`

/** In order of name. */
export const listSavedQueries = async (client: pg.ClientBase, worldId: string): Promise<SavedQuery[]> =>
  (await client.query<SavedQuery>(listText, [worldId])).rows

const findText = `SELECT ${columns} FROM saved_queries WHERE world_id = $1 AND name = $2`

export const findSavedQuery = async (
  client: pg.ClientBase,
  worldId: string,
  name: string,
): Promise<SavedQuery | undefined> => (await client.query<SavedQuery>(findText, [worldId, name])).rows[0]

// two who save at once count one after the other
const lockText = `SELECT pg_advisory_xact_lock(hashtextextended('orrery.saved-queries:' || $1, 0))`

const saveText = `
  INSERT INTO saved_queries (world_id, tenant_id, name, query, description, saved_by)
  SELECT $1, $2, $3, $4, $5, $6
  WHERE EXISTS (SELECT FROM saved_queries WHERE world_id = $1 AND name = $3)
    OR (SELECT count(*) FROM saved_queries WHERE world_id = $1) < ${savedQueryLimit}
  ON CONFLICT (world_id, name) DO UPDATE SET query = excluded.query, description = excluded.description,
    saved_by = excluded.saved_by, updated_at = date_trunc('milliseconds', clock_timestamp())
  RETURNING ${columns}`

/** Makes the query of that name exactly this; undefined where the world has as many as it may have. */
export const saveQuery = async (
  client: pg.ClientBase,
  { worldId, tenantId }: { worldId: string; tenantId: string },
  { name, query, description, savedBy }: Pick<SavedQuery, 'name' | 'query' | 'description' | 'savedBy'>,
): Promise<SavedQuery | undefined> => {
  await client.query(lockText, [worldId])
  const values = [worldId, tenantId, name, JSON.stringify(query), description, savedBy]
  return (await client.query<SavedQuery>(saveText, values)).rows[0]
}

/** Whether there was one. */
export const deleteSavedQuery = async (
  client: pg.ClientBase,
  worldId: string,
  name: string,
): Promise<boolean> => {
  const text = 'DELETE FROM saved_queries WHERE world_id = $1 AND name = $2'
  return (await client.query(text, [worldId, name])).rowCount === 1
}
