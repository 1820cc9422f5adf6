import type pg from 'pg'
import { readAncestors } from '#world/read/ancestors'
import { type EventRecord, type EventRow, recordColumns, toEventRecord } from './event-record.ts'

// a fork has its own copy of the version that it began with
const selectVersions = `
  SELECT DISTINCT ON (e.version) ${recordColumns}
  FROM unnest($1::uuid[], $2::int8[]) WITH ORDINALITY AS w (world_id, up_to_seq, steps)
  CROSS JOIN LATERAL (
    SELECT * FROM (
      SELECT event_id, document, version, from_seq, recorded_at, retracted, reason FROM chronicle_events
      WHERE world_id = w.world_id AND chronicle_id = $3 AND event_id = $4
      UNION ALL
      SELECT event_id, document, version, from_seq, recorded_at, retracted, reason FROM chronicle_event_history
      WHERE world_id = w.world_id AND chronicle_id = $3 AND event_id = $4
    ) r WHERE r.from_seq <= w.up_to_seq
  ) e
  WHERE e.version > $5
  ORDER BY e.version, w.steps LIMIT $6`

/**
 * What an event was, from its first version to what it is; those of a fork's past are read where they are. After the
 * version `after` (0: from the first), at most `limit`. Empty where it was never told.
 */
export const readEventHistory = async (
  client: pg.ClientBase,
  world: { worldId: string; seq: number },
  chronicleId: string,
  eventId: string,
  after: number,
  limit: number,
): Promise<EventRecord[]> => {
  const logs = [
    { worldId: world.worldId, upToSeq: world.seq },
    ...(await readAncestors(client, world.worldId)),
  ]
  const { rows } = await client.query<EventRow>(selectVersions, [
    ...[logs.map(({ worldId }) => worldId), logs.map(({ upToSeq }) => upToSeq)],
    ...[chronicleId, eventId, after, limit],
  ])
  return rows.map(toEventRecord)
}
