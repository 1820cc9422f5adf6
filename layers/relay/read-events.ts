import type pg from 'pg'
import type { EventBatch, WorldEvent } from '#world/event'
import { EventsGone, haveGone, withoutGap } from './events-gone.ts'

interface EventRow {
  seq: number
  event_id: string
  type: WorldEvent['type']
  entity_id: string | null
  data: unknown
  cause: unknown
  occurred_at: Date
}

const columns = 'seq, event_id, type, entity_id, data, cause, occurred_at'

const toWorldEvent = (row: EventRow): WorldEvent =>
  ({
    seq: row.seq,
    id: row.event_id,
    type: row.type,
    entityId: row.entity_id,
    data: row.data,
    cause: row.cause,
    occurredAt: row.occurred_at.toISOString(),
  }) as WorldEvent

// A log has no gaps, so the upper bound takes nothing away; with it every plan touches $3 rows at most,
// whatever the planner believes of a table without statistics. The size is that in storage, which is read
// without unpacking the payloads.
const readText = `
  SELECT ${columns} FROM (
    SELECT *, sum(pg_column_size(data)) OVER (ORDER BY seq) - pg_column_size(data) AS bytes_before
    FROM world_events WHERE world_id = $1 AND seq > $2 AND seq <= $2::bigint + $3::bigint
  ) AS e WHERE bytes_before < ${4 * 1024 * 1024} ORDER BY seq`

const parentText = `
  SELECT parent_world_id, fork_seq FROM worlds WHERE world_id = $1 AND fork_seq > $2`

/**
 * The next events of a world's log after a seq, in order: up to `limit`, fewer where they are large, none
 * only at the end of the log. The log of a fork goes back into those of its ancestors.
 *
 * @throws EventsGone
 */
export const readEvents = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  afterSeq: number,
  limit: number,
): Promise<WorldEvent[]> => {
  const { rows } = await client.query<EventRow>(readText, [worldId, afterSeq, limit])
  const next = withoutGap(rows, afterSeq)
  if (next.length > 0) return next.map(toWorldEvent)
  const { rows: parents } = await client.query<{ parent_world_id: string; fork_seq: number }>(parentText, [
    ...[worldId, afterSeq],
  ])
  const [parent] = parents
  if (parent === undefined) {
    if (await haveGone(client, worldId, afterSeq)) throw new EventsGone(worldId, afterSeq + 1)
    return []
  }
  return readEvents(client, parent.parent_world_id, afterSeq, Math.min(limit, parent.fork_seq - afterSeq))
}

const readSeqsText = `
  SELECT ${columns} FROM world_events WHERE world_id = $1 AND seq = ANY ($2::bigint[])`

/**
 * The same events with each reference replaced by its event of the log.
 *
 * @throws MissingEvent
 */
export const resolveReferences = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  events: EventBatch['events'],
): Promise<WorldEvent[]> => {
  const wanted = events.filter((event) => 'reference' in event).map(({ seq }) => seq)
  if (wanted.length === 0) return events as WorldEvent[]
  const { rows } = await client.query<EventRow>(readSeqsText, [worldId, wanted])
  const found = new Map(rows.map((row) => [row.seq, toWorldEvent(row)]))
  return events.map((event) => {
    if (!('reference' in event)) return event
    const resolved = found.get(event.seq)
    if (resolved === undefined) throw new MissingEvent(worldId, event.seq)
    return resolved
  })
}

/** The log has no event of this name, though a message or a later event says that there was one. */
export class MissingEvent extends Error {
  readonly code = 'missing-event'
  readonly worldId: string
  readonly seq: number

  constructor(worldId: string, seq: number) {
    super(`the log of world ${worldId} has no event ${seq}`)
    this.worldId = worldId
    this.seq = seq
  }
}
