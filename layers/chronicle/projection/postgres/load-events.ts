import type pg from 'pg'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { EventName } from '../operations.ts'

/** What is told in an event. */
export interface EventContent extends EventName {
  retracted: boolean
  /** Milliseconds since 1970. */
  toldAt: number
  event: ChronicleEvent
}

/** A chronicle event as it stands. */
export interface StoredEvent extends EventContent {
  version: number
  /** Of the log: what recorded this version. */
  fromSeq: number
}

interface EventRow {
  chronicle_id: string
  event_id: string
  retracted: boolean
  version: number
  from_seq: number
  told_at: Date
  document: ChronicleEvent
}

const columns = 'e.chronicle_id, e.event_id, e.retracted, e.version, e.from_seq, e.told_at, e.document'

const selectRange = `
  SELECT ${columns} FROM chronicle_events e WHERE e.world_id = $1 AND e.from_seq > $2 AND e.from_seq <= $3`

const selectNamed = `
  SELECT ${columns} FROM unnest($2::text[], $3::text[]) AS n (chronicle_id, event_id)
  JOIN chronicle_events e ON e.world_id = $1 AND e.chronicle_id = n.chronicle_id AND e.event_id = n.event_id`

/** The events that were recorded, changed or retracted by the log's events of `(fromSeq, toSeq]`, and not since. */
export const loadEventsOfRange = async (
  client: pg.ClientBase,
  worldId: string,
  fromSeq: number,
  toSeq: number,
): Promise<StoredEvent[]> =>
  (await client.query<EventRow>(prepared(selectRange, [worldId, fromSeq, toSeq]))).rows.map(storedEvent)

export const loadEventsNamed = async (
  client: pg.ClientBase,
  worldId: string,
  names: readonly EventName[],
): Promise<StoredEvent[]> =>
  names.length === 0
    ? []
    : (await client.query<EventRow>(prepared(selectNamed, [worldId, ...nameArrays(names)]))).rows.map(
        storedEvent,
      )

export const nameArrays = (names: readonly EventName[]): [Buffer, Buffer] => [
  textArray(names.map(({ chronicleId }) => chronicleId)),
  textArray(names.map(({ eventId }) => eventId)),
]

const storedEvent = (row: EventRow): StoredEvent => ({
  chronicleId: row.chronicle_id,
  eventId: row.event_id,
  retracted: row.retracted,
  version: row.version,
  fromSeq: row.from_seq,
  toldAt: row.told_at.getTime(),
  event: row.document,
})

const selectEnd = `
  SELECT max(from_seq) AS to_seq, count(*) AS events FROM (
    SELECT from_seq FROM chronicle_events WHERE world_id = $1 AND from_seq > $2 AND from_seq <= $3
    ORDER BY from_seq LIMIT $4
  ) AS batch`

/** Where a batch of about `limit` events after `fromSeq` ends; a seq is never divided. */
export const findBatchEnd = async (
  client: pg.ClientBase,
  worldId: string,
  fromSeq: number,
  recordedSeq: number,
  limit: number,
): Promise<number> => {
  const { rows } = await client.query<{ to_seq: number | null; events: number }>(
    prepared(selectEnd, [worldId, fromSeq, recordedSeq, limit]),
  )
  const { to_seq, events } = rows[0]!
  return to_seq === null || events < limit ? recordedSeq : to_seq
}
