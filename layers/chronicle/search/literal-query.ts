import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { eventKey } from '../chronicle-set.ts'

/** Whether a query has quotes or exclusions, and so means what it says: likeness does not count. */
export const isLiteral = (query: string): boolean => /"|(?<!\S)-\S/.test(query)

const selectMeant = `
  SELECT e.chronicle_id, e.event_id FROM unnest($2::text[], $3::text[]) AS n (chronicle_id, event_id)
  JOIN chronicle_events e ON e.world_id = $1 AND e.chronicle_id = n.chronicle_id AND e.event_id = n.event_id
  WHERE e.search @@ chronicle_query($4)`

/** Which of the events, as they are told now, have what the query asks for and nothing that it excludes: their keys. */
export const meantEvents = async (
  client: pg.ClientBase,
  worldId: string,
  query: string,
  events: readonly { chronicleId: string; eventId: string }[],
): Promise<Set<string>> => {
  if (events.length === 0) return new Set()
  const { rows } = await client.query<{ chronicle_id: string; event_id: string }>(
    prepared(selectMeant, [
      worldId,
      textArray(events.map(({ chronicleId }) => chronicleId)),
      textArray(events.map(({ eventId }) => eventId)),
      query,
    ]),
  )
  return new Set(rows.map((row) => eventKey(row.chronicle_id, row.event_id)))
}
