import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { eventLimitBytes } from './batch.ts'

/** One event as the relay carries it. */
export interface LogRow {
  seq: number
  type: string
  /** ISO 8601, UTC, milliseconds. */
  occurredAt: string
  /** The JSON text of the `WorldEvent`, made by PostgreSQL; null for an event that is over the limit. */
  text: string | null
}

/** About four full messages: enough to send while the next read runs, little to hold for each world. */
const readBytes = 4 * 256 * 1024
const firstReadRows = 256
const maxReadRows = 5_000

/** As `Date.toISOString`. */
const isoText = `to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/**
 * The next events after $2, at most $3 of them and about $4 bytes. The relay's transactions forbid every
 * plan but the one along the primary key (see relay.ts), which needs no statistics. The events' texts are
 * put together here, so that no payload is parsed on its way to a queue; beside the LIMIT, since a subquery
 * without one is pulled up and its text made again for each mention of it (17 µs an event instead of 6).
 */
const readLogText = `
  SELECT seq, type,
    CASE WHEN own_bytes <= ${eventLimitBytes} THEN text END AS text,
    CASE WHEN own_bytes > ${eventLimitBytes} THEN ${isoText} END AS occurred_at
  FROM (
    SELECT *, least(octet_length(text), ${eventLimitBytes} + 1) AS own_bytes,
      sum(least(octet_length(text), ${eventLimitBytes} + 1)) OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) AS bytes
    FROM (
      SELECT seq, type, occurred_at,
        '{"seq":' || seq || ',"id":"' || event_id || '","type":' || to_json(type)
        || ',"entityId":' || coalesce(to_json(entity_id)::text, 'null') || ',"data":' || data::text
        || ',"cause":' || cause::text || ',"occurredAt":"' || ${isoText} || '"}' AS text
      FROM world_events WHERE world_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
    ) AS event
  ) AS measured
  WHERE bytes - own_bytes < $4`

export interface LogRead {
  rows: LogRow[]
  /** There may be more after the last row. */
  isCut: boolean
}

/** Reads one world's log forwards; each read fits its rows to the size of the events before. */
export interface LogReader {
  read(client: pg.ClientBase, afterSeq: number): Promise<LogRead>
  /** Starts the read that is expected next. A fault in it is the next read's. */
  prefetch(client: pg.ClientBase, afterSeq: number): void
}

type RowArray = [seq: number, type: string, text: string | null, occurredAt: string | null]

/** An event's text ends with `2026-11-21T06:13:48.123Z"}`. */
const occurredAtEnd = 26

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
    const read = rows.map(([seq, type, text, occurredAt]): LogRow => {
      bytes += text?.length ?? eventLimitBytes
      return { seq, type, text, occurredAt: occurredAt ?? text!.slice(-occurredAtEnd, -2) }
    })
    if (rows.length > 0)
      limit = Math.min(maxReadRows, Math.max(16, Math.ceil((1.1 * readBytes * rows.length) / bytes)))
    return { rows: read, isCut: rows.length === asked || bytes >= readBytes / 2 }
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
