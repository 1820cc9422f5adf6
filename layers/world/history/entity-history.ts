import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Cause, EventData, WorldEvent } from '../event.ts'
import { readAncestors } from '../read/ancestors.ts'

/** An event of the log that changed an entity. */
export interface EntityEvent {
  seq: number
  /** In whose log it is: the world's own, or an ancestor's of a fork. */
  worldId: string
  /** null: what it was is no longer in the log; that there was one is known from the entity's history. */
  event: (Pick<WorldEvent, 'type' | 'data'> & { id: string; cause: Cause; occurredAt: string }) | null
}

interface Row {
  seq: number
  world_id: string
  event_id: string | null
  type: WorldEvent['type']
  data: EventData[WorldEvent['type']]
  cause: Cause
  occurred_at: Date
}

// Each event of an entity makes a row of it current and supersedes the one before, so that its rows name the events: the
// log itself has no index by entity, which every write would pay for.
const selectEvents = `
  SELECT s.seq, s.world_id, e.event_id, e.type, e.data, e.cause, e.occurred_at
  FROM (
    SELECT DISTINCT w.world_id, r.seq
    FROM unnest($1::uuid[], $2::int8[], $3::int8[]) AS w (world_id, after_seq, up_to_seq)
    CROSS JOIN LATERAL (
      SELECT from_seq AS seq FROM entities
      WHERE world_id = w.world_id AND entity_id = $4 AND from_seq > w.after_seq AND from_seq <= w.up_to_seq
      UNION ALL
      (SELECT from_seq FROM entity_history
       WHERE world_id = w.world_id AND entity_id = $4 AND from_seq > w.after_seq AND from_seq <= w.up_to_seq
       ORDER BY from_seq DESC LIMIT $5)
      UNION ALL
      (SELECT to_seq FROM entity_history
       WHERE world_id = w.world_id AND entity_id = $4 AND to_seq > w.after_seq AND to_seq <= w.up_to_seq
         AND from_seq < w.up_to_seq
       ORDER BY from_seq DESC LIMIT $5)
    ) r
    ORDER BY r.seq DESC LIMIT $5
  ) s LEFT JOIN world_events e ON e.world_id = s.world_id AND e.seq = s.seq
  ORDER BY s.seq DESC`

/** Events that changed the entity up to a seq, newest first; a fork's past included. */
export const readEntityEvents = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
  upToSeq: number,
  limit: number,
): Promise<EntityEvent[]> => {
  const logs = [{ worldId, upToSeq: Number.MAX_SAFE_INTEGER }, ...(await readAncestors(client, worldId))]
  const afterSeqs = logs.map((_, index) => logs[index + 1]?.upToSeq ?? 0)
  const { rows } = await client.query<Row>(
    prepared(selectEvents, [
      ...[logs.map((log) => log.worldId), afterSeqs, logs.map((log) => Math.min(log.upToSeq, upToSeq))],
      ...[entityId, limit],
    ]),
  )
  return rows.map(toEntityEvent)
}

const toEntityEvent = (row: Row): EntityEvent => ({
  ...{ seq: row.seq, worldId: row.world_id },
  event:
    row.event_id === null
      ? null
      : {
          ...{ id: row.event_id, type: row.type, data: row.data, cause: row.cause },
          occurredAt: row.occurred_at.toISOString(),
        },
})
