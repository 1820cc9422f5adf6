import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

const select = `
  SELECT p.world_id FROM chronicle_progress p
  LEFT JOIN chronicle_embedding_progress e ON e.world_id = p.world_id AND e.embedder = $1
  WHERE p.world_id > $2 AND p.recorded_seq >= coalesce(e.seq, 0) AND EXISTS (
    SELECT FROM chronicle_events c
    WHERE c.world_id = p.world_id AND c.from_seq >= coalesce(e.seq, 0)
      AND (c.from_seq, c.chronicle_id, c.event_id) > (coalesce(e.seq, 0), coalesce(e.chronicle_id, ''), coalesce(e.event_id, ''))
  )
  ORDER BY p.world_id LIMIT 1000`

/** Worlds with events that the embedder of that name has not embedded yet, after the one named; a thousand at most. */
export const listUnembeddedWorlds = async (
  pool: pg.Pool,
  embedder: string,
  after: string,
): Promise<string[]> =>
  (await pool.query<{ world_id: string }>(prepared(select, [embedder, after]))).rows.map(
    ({ world_id }) => world_id,
  )
