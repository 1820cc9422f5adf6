import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { EventsGone, withoutGap } from './events-gone.ts'

/** In bytes of UTF-8. A larger event travels as a reference. */
export const eventLimitBytes = 200 * 1024

/** One event as the relay carries it. */
export interface LogRow {
  seq: number
  type: string
  /** ISO 8601, UTC, milliseconds. */
  occurredAt: string
  /** The JSON text of the `WorldEvent`; null for an event that is over the limit. */
  text: string | null
}

/** About four full messages: enough to send while the next read runs, little to hold for each world. */
const readBytes = 4 * 256 * 1024
const firstReadRows = 256
const maxReadRows = 5_000

/** `,"occurredAt":"2026-11-21T06:13:48.123Z"}`: what the SQL leaves to us of an event's text. */
const tailBytes = 42

/**
 * The next events after $2, at most $3 of them and about $4 bytes. The relay's transactions forbid every
 * plan but the one along the primary key (see relay.ts), which needs no statistics.
 *
 * The events' texts are put together here, so that no payload is parsed on its way to a queue; beside the
 * LIMIT, since a subquery without one is pulled up and its text made again for each mention of it (17 µs an
 * event instead of 6). The time is added by the reader: to_char takes as long as all the rest of a text.
 */
const readLogText = `
  SELECT seq, type, CASE WHEN own_bytes <= ${eventLimitBytes} THEN head END AS head, occurred_s
  FROM (
    SELECT *, sum(own_bytes) OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) AS bytes
    FROM (
      SELECT seq, type, head, occurred_s, least(octet_length(head) + ${tailBytes}, ${eventLimitBytes} + 1) AS own_bytes
      FROM (
        SELECT seq, type, date_part('epoch', occurred_at) AS occurred_s,
          '{"seq":' || seq || ',"id":"' || event_id || '","type":' || to_json(type)
          || ',"entityId":' || coalesce(to_json(entity_id)::text, 'null') || ',"data":' || data::text
          || ',"cause":' || cause::text AS head
        FROM world_events WHERE world_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
      ) AS event
    ) AS sized
  ) AS measured
  WHERE bytes - own_bytes < $4`

export interface LogRead {
  rows: LogRow[]
  /** There may be more after the last row. */
  isCut: boolean
}

/** Reads one world's log forwards; each read fits its rows to the size of the events before. */
export interface LogReader {
  /** @throws EventsGone rather than pass over events that have left the log. */
  read(client: pg.ClientBase, afterSeq: number): Promise<LogRead>
  /** Starts the read that is expected next. A fault in it is the next read's. */
  prefetch(client: pg.ClientBase, afterSeq: number): void
}

type RowArray = [seq: number, type: string, head: string | null, occurredS: number]

/** As a `Date` shows it: whole milliseconds, the rest cut off. A double holds the microseconds of a time. */
const isoTime = (seconds: number): string =>
  new Date(Math.floor(Math.round(seconds * 1e6) / 1e3)).toISOString()

export const createLogReader = (worldId: string, firstRows = firstReadRows): LogReader => {
  let limit = firstRows
  let ahead: { afterSeq: number; result: Promise<LogRead> } | undefined

  const query = async (client: pg.ClientBase, afterSeq: number): Promise<LogRead> => {
    const asked = limit
    const { rows } = await client.query<RowArray>({
      ...prepared(readLogText, [worldId, afterSeq, asked, readBytes]),
      rowMode: 'array',
    } as pg.QueryArrayConfig)
    let bytes = 0
    let time = { seconds: Number.NaN, iso: '' }
    const read = rows.map(([seq, type, head, seconds]): LogRow => {
      bytes += head?.length ?? eventLimitBytes
      // the events of one transaction have one time
      if (seconds !== time.seconds) time = { seconds, iso: isoTime(seconds) }
      const text = head === null ? null : `${head},"occurredAt":"${time.iso}"}`
      return { seq, type, text, occurredAt: time.iso }
    })
    if (rows.length > 0)
      limit = Math.min(maxReadRows, Math.max(16, Math.ceil((1.1 * readBytes * rows.length) / bytes)))
    const next = withoutGap(read, afterSeq)
    if (next.length === 0 && read.length > 0) throw new EventsGone(worldId, afterSeq + 1)
    const isCut = rows.length === asked || bytes >= readBytes / 2 || next.length < read.length
    return { rows: next, isCut }
  }

  return {
    read: (client, afterSeq) => {
      const prefetched = ahead
      ahead = undefined
      return prefetched?.afterSeq === afterSeq ? prefetched.result : query(client, afterSeq)
    },
    prefetch: (client, afterSeq) => {
      const result = query(client, afterSeq)
      result.catch(() => {})
      ahead = { afterSeq, result }
    },
  }
}
