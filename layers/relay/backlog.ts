import type pg from 'pg'

export interface Backlog {
  /** Age of the oldest event that some destination has not been given; 0 when there is none. */
  oldestUnpublishedMs: number
  /** Of the relay's destinations and of consumers, in all worlds. */
  deadLetters: number
}

// Looks up one event for each cursor that is behind. As a subquery of the result it runs along the primary key,
// whatever the planner believes of a log without statistics.
const backlogText = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - oldest_at)) * 1000, 0)::float8 AS "oldestUnpublishedMs",
    (SELECT count(*) FROM dead_letters)::int AS "deadLetters"
  FROM (
    SELECT (SELECT occurred_at FROM world_events e
      WHERE e.world_id = w.world_id AND e.seq = coalesce(c.seq, w.fork_seq) + 1) AS oldest_at
    FROM worlds w CROSS JOIN unnest($1::text[]) AS d (name)
    LEFT JOIN relay_cursors c ON c.world_id = w.world_id AND c.destination = d.name
    WHERE w.seq > coalesce(c.seq, w.fork_seq) AND ($2::uuid[] IS NULL OR w.world_id = ANY ($2))
  ) AS behind`

/** What the relay has yet to do for these worlds, or for all. */
export const readBacklog = async (
  pool: pg.Pool,
  destinations: string[],
  worldIds?: string[],
): Promise<Backlog> => {
  const { rows } = await pool.query<Backlog>(backlogText, [destinations, worldIds ?? null])
  return rows[0]!
}
