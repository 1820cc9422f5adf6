import type pg from 'pg'
import type { WorldLag } from '#platform/telemetry/consumer-lag'

const lagText = `
  SELECT w.world_id AS "worldId", w.seq - coalesce(c.seq, w.fork_seq) AS "lagEvents" FROM worlds w
  LEFT JOIN consumer_cursors c ON c.consumer = $1 AND c.world_id = w.world_id
  WHERE w.seq > coalesce(c.seq, w.fork_seq) ORDER BY 2 DESC, 1 LIMIT 100`

/** The worlds in which the consumer is behind the log, furthest first, 100 at most; `pool` as orrery_background. */
export const readConsumerLag = async (pool: pg.Pool, consumer: string): Promise<WorldLag[]> =>
  (await pool.query<WorldLag>(lagText, [consumer])).rows
