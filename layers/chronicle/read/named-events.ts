import type pg from 'pg'
import { type EventRecord, type EventRow, recordColumns, toEventRecord } from './event-record.ts'

// the name may be `chronicle/event`, as projections give it, or of somebody who named the event alone: each chronicle of
// the world is looked into by its key
const selectText = `
  SELECT e.chronicle_id, ${recordColumns}
  FROM chronicles k JOIN chronicle_events e ON e.world_id = k.world_id AND e.chronicle_id = k.chronicle_id
    AND e.event_id IN ($2, CASE WHEN starts_with($2, k.chronicle_id || '/') THEN substr($2, length(k.chronicle_id) + 2) END)
  WHERE k.world_id = $1 ORDER BY e.chronicle_id LIMIT 5`

/** Events that a cause names, in any chronicle of the world, as they are told now; 5 at most. */
export const readNamedEvents = async (
  client: pg.ClientBase,
  worldId: string,
  name: string,
): Promise<(EventRecord & { chronicleId: string })[]> => {
  const { rows } = await client.query<EventRow & { chronicle_id: string }>(selectText, [worldId, name])
  return rows.map((row) => ({ chronicleId: row.chronicle_id, ...toEventRecord(row) }))
}
