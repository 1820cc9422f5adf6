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
  /** Its vector is of this version. */
  embedded: boolean
  document: ChronicleEvent
}

interface PendingRow {
  chronicle_id: string
  event_id: string
  from_seq: number
  tenant_id: string
  version: number
  retracted: boolean
  embedded: boolean
  document: ChronicleEvent
}

// the scalar subquery looks each event of the page up; a join read all vectors of the world for each page
const selectEvents = `
  SELECT p.*, (
    SELECT v.version = p.version FROM chronicle_embeddings v
    WHERE v.world_id = $1 AND v.embedder = $2 AND v.chronicle_id = p.chronicle_id AND v.event_id = p.event_id
  ) IS TRUE AS embedded
  FROM (
    SELECT e.chronicle_id, e.event_id, e.from_seq, e.tenant_id, e.version, e.retracted, e.document
    FROM chronicle_events e
    WHERE e.world_id = $1 AND e.from_seq >= $3 AND (e.from_seq, e.chronicle_id, e.event_id) > ($3, $4, $5)
    ORDER BY e.from_seq, e.chronicle_id, e.event_id LIMIT $6
  ) p ORDER BY p.from_seq, p.chronicle_id, p.event_id`

/** The next events of a world after that place, as they are now. */
export const readPending = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  embedder: string,
  after: EventPlace,
  count: number,
): Promise<PendingEvent[]> => {
  const { seq, chronicleId, eventId } = after
  const values = [worldId, embedder, seq, chronicleId, eventId, count]
  const { rows } = await client.query<PendingRow>(selectEvents, values)
  return rows.map(({ chronicle_id, event_id, from_seq, tenant_id, ...event }) => ({
    ...event,
    ...{ chronicleId: chronicle_id, eventId: event_id, seq: from_seq, tenantId: tenant_id },
  }))
}

const selectProgress = 'SELECT seq FROM chronicle_embedding_progress WHERE world_id = $1 AND embedder = $2'

/** The seq up to which every event of the world has its vector; 0 before the first. */
export const readProgress = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  embedder: string,
): Promise<number> => {
  const { rows } = await client.query<{ seq: number }>(selectProgress, [worldId, embedder])
  return rows[0]?.seq ?? 0
}

const upsertProgress = `
  INSERT INTO chronicle_embedding_progress AS p (world_id, embedder, tenant_id, seq) VALUES ($1, $2, $3, $4)
  ON CONFLICT (world_id, embedder) DO UPDATE SET seq = greatest(p.seq, EXCLUDED.seq)`

/** Never back: another process may be further. */
export const advanceProgress = async (
  client: pg.ClientBase,
  worldId: string,
  embedder: string,
  tenantId: string,
  seq: number,
): Promise<void> => {
  await client.query(upsertProgress, [worldId, embedder, tenantId, seq])
}
