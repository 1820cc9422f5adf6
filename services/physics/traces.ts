import type pg from 'pg'
import type { WorldEvent } from '#world/event'

/** Traces that a tick names at most. */
const maxTraces = 100

/** Those before, then the traceparents of what made the events; each once, in their order. */
export const tracesOf = (events: readonly WorldEvent[], before: readonly string[]): readonly string[] => {
  if (events.length === 0) return before
  const traces = new Set(before)
  for (const { cause } of events) {
    if (traces.size === maxTraces) break
    if (cause.traceparent !== undefined) traces.add(cause.traceparent)
  }
  return [...traces]
}

const newestText = `
  SELECT DISTINCT cause->>'traceparent' AS traceparent FROM world_events
  WHERE world_id = $1 AND seq > greatest($2::bigint, $3::bigint - ${maxTraces}) AND seq <= $3
    AND cause ? 'traceparent' ORDER BY 1`

/** The traceparents of the newest events of a world's log after one seq and up to another. */
export const readTraces = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
  afterSeq: number,
  toSeq: number,
): Promise<string[]> => {
  const { rows } = await database.query<{ traceparent: string }>(newestText, [worldId, afterSeq, toSeq])
  return rows.map(({ traceparent }) => traceparent)
}
