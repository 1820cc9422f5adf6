import type pg from 'pg'
import { type EventRecord, type EventRow, recordColumns, toEventRecord } from './event-record.ts'

// an id is one of its chronicle: each chronicle of the world is looked into by its key
const selectText = `
  SELECT e.chronicle_id, ${recordColumns}
  FROM chronicles k JOIN chronicle_events e
    ON e.world_id = k.world_id AND e.chronicle_id = k.chronicle_id AND e.event_id = $2
  WHERE k.world_id = $1 ORDER BY e.chronicle_id LIMIT 5`

/** Events of that id in any chronicle of the world, as they are told now; 5 at most. */
export const readEventsById = async (
  client: pg.ClientBase,
  worldId: string,
  eventId: string,
): Promise<(EventRecord & { chronicleId: string })[]> => {
  const { rows } = await client.query<EventRow & { chronicle_id: string }>(selectText, [worldId, eventId])
  return rows.map((row) => ({ chronicleId: row.chronicle_id, ...toEventRecord(row) }))
}
