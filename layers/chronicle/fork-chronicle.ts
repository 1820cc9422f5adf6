import type pg from 'pg'
import type { StoreTarget } from '#world/postgres/statement'
import { eventColumns } from './postgres/event-columns.ts'
import { forkFacts } from './projection/postgres/fork-facts.ts'
import { chronicleEventsAt } from './read/events-at.ts'

/** The world in whose own log the fork's seq lies. */
interface Source {
  worldId: string
  atSeq: number
}

const copyEvents = `
  INSERT INTO chronicle_events (world_id, tenant_id, ${eventColumns})
  SELECT $3::uuid, $4, ${eventColumns} FROM ${chronicleEventsAt.past} e ORDER BY chronicle_id, event_id`

const copyChronicles = `
  INSERT INTO chronicles (world_id, tenant_id, chronicle_id, title, description, event_count, from_seq, created_at)
  SELECT $3::uuid, $4, chronicle_id, title, description,
    (SELECT count(*) FROM chronicle_events e
     WHERE e.world_id = $3 AND e.chronicle_id = c.chronicle_id AND NOT e.retracted),
    from_seq, created_at
  FROM chronicles c WHERE world_id = $1 AND from_seq <= $2`

// what the parent derived is copied as entities; the fork derives it anew, from the first event
const insertProgress = `
  INSERT INTO chronicle_progress (world_id, tenant_id, recorded_seq)
  SELECT $1, $2, $3 WHERE EXISTS (SELECT FROM chronicle_events WHERE world_id = $1)`

/** Gives the fork the chronicles that the source had, and lets the projection go over them again. */
export const forkChronicles = async (
  client: pg.ClientBase,
  { worldId, tenantId }: StoreTarget,
  { worldId: sourceId, atSeq }: Source,
): Promise<void> => {
  const values = [sourceId, atSeq, worldId, tenantId]
  await client.query(copyEvents, values)
  await client.query(copyChronicles, values)
  await forkFacts(client, { worldId, tenantId }, sourceId)
  await client.query(insertProgress, [worldId, tenantId, atSeq])
}
