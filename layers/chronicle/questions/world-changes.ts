import type pg from 'pg'
import { timestamptz } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { readAncestors } from '#world/read/ancestors'

/** What the world's log did to an entity without a chronicle event as its cause. */
export interface WorldChange {
  seq: number
  type: string
  /** When the log did; not of the story. */
  occurredAt: string
  data: JsonObject
  cause: JsonObject
}

interface Row {
  seq: number
  type: string
  occurred_at: Date
  data: JsonObject
  cause: JsonObject
}

const selectChanges = `
  SELECT e.seq, e.type, e.occurred_at, e.data, e.cause
  FROM unnest($1::uuid[], $2::int8[], $3::int8[]) AS w (world_id, after_seq, up_to_seq)
  JOIN world_events e ON e.world_id = w.world_id AND e.seq > w.after_seq AND e.seq <= w.up_to_seq
  WHERE e.entity_id = $4 AND e.cause -> 'chronicleEventId' IS NULL
    AND e.occurred_at >= $5::timestamptz AND e.occurred_at <= $6::timestamptz AND e.seq > $7
  ORDER BY e.seq LIMIT $8`

export interface WorldChangesAsked {
  entityId: string
  /** Milliseconds since 1970, both included. */
  from?: number | undefined
  to?: number | undefined
  /** Only what came later. */
  afterSeq: number
  upToSeq: number
  limit: number
}

/** In order of seq, a fork's past included. */
export const readWorldChanges = async (
  client: pg.ClientBase,
  worldId: string,
  { entityId, from = 0, to = 8.64e15, afterSeq, upToSeq, limit }: WorldChangesAsked,
): Promise<WorldChange[]> => {
  const ancestors = await readAncestors(client, worldId)
  const logs = [{ worldId, upToSeq }, ...ancestors]
  const afterSeqs = logs.map((_, index) => logs[index + 1]?.upToSeq ?? 0)
  const { rows } = await client.query<Row>(
    prepared(selectChanges, [
      ...[
        logs.map((log) => log.worldId),
        afterSeqs,
        logs.map((log) => Math.min(log.upToSeq, upToSeq)),
        entityId,
      ],
      ...[timestamptz(Math.max(0, from)), timestamptz(to), afterSeq, limit],
    ]),
  )
  return rows.map(({ seq, type, occurred_at: occurredAt, data, cause }) => ({
    ...{ seq, type, occurredAt: occurredAt.toISOString(), data, cause },
  }))
}
