import type pg from 'pg'

// one look at the log for each destination that is behind, as layers/relay/backlog.ts does for all worlds
const oldestText = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - (
    SELECT occurred_at FROM world_events e WHERE e.world_id = c.world_id AND e.seq = c.seq + 1
  ))) * 1000, 0)::float8 AS ms
  FROM relay_cursors c JOIN worlds w USING (world_id) WHERE c.world_id = $1 AND w.seq > c.seq`

/** Milliseconds since the oldest event of the world that some destination has not been given; 0: none waits. */
export const oldestUndelivered = async (client: pg.ClientBase, worldId: string): Promise<number> =>
  (await client.query<{ ms: number }>(oldestText, [worldId])).rows[0]!.ms
