import type pg from 'pg'
import type { ChronicleEvent } from '../chronicle-event.ts'

/** A place in the order in which a world's events were told, changed and retracted. */
export interface EventPlace {
  seq: number
  chronicleId: string
  eventId: string
}

export interface PendingEvent extends EventPlace {
  tenantId: string
  version: number
  retracted: boolean
  toldAtMs: number
  document: ChronicleEvent
}

interface PendingRow {
  chronicle_id: string
  event_id: string
  from_seq: number
  tenant_id: string
  version: number
  retracted: boolean
  told_ms: number
  document: ChronicleEvent
}

// in the order of the index, so that a page is read and nothing is sorted, whatever the planner knows
const selectEvents = `
  SELECT chronicle_id, event_id, from_seq, tenant_id, version, retracted, document,
    (extract(epoch FROM told_at) * 1000)::int8 AS told_ms
  FROM chronicle_events
  WHERE world_id = $1 AND from_seq >= $2 AND (from_seq, chronicle_id, event_id) > ($2, $3, $4)
  ORDER BY from_seq, chronicle_id, event_id LIMIT $5`

/** The next events of a world after that place, as they are now. */
export const readPending = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  after: EventPlace,
  count: number,
): Promise<PendingEvent[]> => {
  const { seq, chronicleId, eventId } = after
  const values = [worldId, seq, chronicleId, eventId, count]
  const { rows } = await client.query<PendingRow>(selectEvents, values)
  return rows.map(({ chronicle_id, event_id, from_seq, tenant_id, told_ms, ...event }) => ({
    ...event,
    ...{ chronicleId: chronicle_id, eventId: event_id, seq: from_seq },
    ...{ tenantId: tenant_id, toldAtMs: told_ms },
  }))
}

interface ProgressRow {
  seq: number
  chronicle_id: string
  event_id: string
}

const selectProgress = `
  SELECT seq, chronicle_id, event_id FROM chronicle_embedding_progress WHERE world_id = $1 AND embedder = $2`

/** The last event that was looked at: all up to it have their vectors. No id is empty, and no seq is 0. */
export const readProgress = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  embedder: string,
): Promise<EventPlace> => {
  const { rows } = await client.query<ProgressRow>(selectProgress, [worldId, embedder])
  const { seq, chronicle_id, event_id } = rows[0] ?? { seq: 0, chronicle_id: '', event_id: '' }
  return { seq, chronicleId: chronicle_id, eventId: event_id }
}

const upsertProgress = `
  INSERT INTO chronicle_embedding_progress AS p (world_id, embedder, tenant_id, seq, chronicle_id, event_id)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (world_id, embedder) DO UPDATE
    SET seq = EXCLUDED.seq, chronicle_id = EXCLUDED.chronicle_id, event_id = EXCLUDED.event_id
    WHERE (p.seq, p.chronicle_id, p.event_id) < (EXCLUDED.seq, EXCLUDED.chronicle_id, EXCLUDED.event_id)`

/** Never back: another process may be further. */
export const advanceProgress = async (
  client: pg.ClientBase,
  worldId: string,
  embedder: string,
  { tenantId, seq, chronicleId, eventId }: EventPlace & { tenantId: string },
): Promise<void> => {
  await client.query(upsertProgress, [worldId, embedder, tenantId, seq, chronicleId, eventId])
}
