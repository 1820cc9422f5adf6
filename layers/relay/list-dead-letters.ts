import type pg from 'pg'
import type { JsonObject } from '#world/event'
import type { DeadLetterChoice } from './discard-dead-letters.ts'

/** A dead letter with the event that it is about, for whoever looks into it. */
export interface DeadLetterRecord {
  /** A relay destination, or `consumer:` and the consumer's name. */
  destination: string
  seq: number
  error: string
  attempts: number
  deadAt: Date
  /** null: it is no longer in the log. */
  event: {
    type: string
    entityId: string | null
    occurredAt: Date
    bytes: number
    data: JsonObject | null
  } | null
}

interface Row {
  destination: string
  seq: number
  error: string
  attempts: number
  dead_at: Date
  type: string | null
  entity_id: string | null
  occurred_at: Date
  bytes: number
  data: JsonObject | null
}

const selectPage = `
  SELECT d.destination, d.seq, d.error, d.attempts, d.dead_at, e.type, e.entity_id, e.occurred_at,
    octet_length(e.data::text) AS bytes, CASE WHEN octet_length(e.data::text) <= $6 THEN e.data END AS data
  FROM dead_letters d LEFT JOIN world_events e ON e.world_id = d.world_id AND e.seq = d.seq
  WHERE d.world_id = $1 AND ($2::text IS NULL OR d.destination = $2)
    AND ($3::text IS NULL OR (d.destination, d.seq) > ($3, $4::int8))
  ORDER BY d.destination, d.seq LIMIT $5`

/** Of larger events only their size is told. */
const shownBytes = 8_192

/** A page of a world's dead letters, by destination and seq. */
export const listDeadLetters = async (
  client: pg.ClientBase,
  worldId: string,
  { destination, after }: { destination?: string | undefined; after?: [string, number] | undefined },
  limit: number,
): Promise<DeadLetterRecord[]> => {
  const position = [after?.[0] ?? null, after?.[1] ?? 0]
  const values = [worldId, destination ?? null, ...position, limit, shownBytes]
  return (await client.query<Row>(selectPage, values)).rows.map((row) => ({
    ...{ destination: row.destination, seq: row.seq, error: row.error, attempts: row.attempts },
    deadAt: row.dead_at,
    event:
      row.type === null
        ? null
        : {
            ...{ type: row.type, entityId: row.entity_id, occurredAt: row.occurred_at },
            ...{ bytes: row.bytes, data: row.data },
          },
  }))
}

const countText = `
  SELECT destination, count(*)::int AS count, min(dead_at) AS "oldestAt" FROM dead_letters WHERE world_id = $1
  GROUP BY 1 ORDER BY 1`

/** How many there are of each destination, and since when. */
export const countDeadLetters = async (
  client: pg.ClientBase,
  worldId: string,
): Promise<{ destination: string; count: number; oldestAt: Date }[]> =>
  (await client.query<{ destination: string; count: number; oldestAt: Date }>(countText, [worldId])).rows

const replayableText = `
  SELECT count(*)::int AS count FROM dead_letters
  WHERE world_id = $1 AND ($2::text IS NULL OR destination = $2) AND ($3::int8 IS NULL OR seq = $3)
    AND destination NOT LIKE 'consumer:%'`

/** Those of the choice that the relay can send again: consumers are rebuilt instead. */
export const countReplayable = async (
  client: pg.ClientBase,
  worldId: string,
  { destination, seq }: DeadLetterChoice,
): Promise<number> => {
  const values = [worldId, destination ?? null, seq ?? null]
  return (await client.query<{ count: number }>(replayableText, values)).rows[0]!.count
}
