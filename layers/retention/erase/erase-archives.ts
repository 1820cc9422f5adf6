import type pg from 'pg'
import type { JsonObject } from '#world/event'
import type { RetentionContext } from '../archive.ts'
import type { ArchivedRow } from '../batch.ts'
import { rewriteBatch } from '../forget.ts'
import { sweepGarbage } from '../garbage.ts'
import { type Batch, readEnded } from '../postgres/batches.ts'
import { type SourceTable, sources } from '../sources.ts'

/** What an erasure takes out of the archive of a world. */
export interface ErasedSubject {
  entityId: string
  /** Keys of chronicle events, `[chronicle, event]` as JSON. */
  chronicleEvents: ReadonlySet<string>
}

export const chronicleKey = (chronicleId: string, eventId: string): string =>
  JSON.stringify([chronicleId, eventId])

type Row = Record<string, unknown> & { data?: { relationship?: { targetId?: string } } }

const isAbout: Record<SourceTable, (row: Row, subject: ErasedSubject) => boolean> = {
  entity_history: (row, { entityId }) => row.entity_id === entityId,
  component_history: (row, { entityId }) => row.entity_id === entityId,
  relationship_history: (row, { entityId }) => row.source_id === entityId || row.target_id === entityId,
  chronicle_event_history: (row, { chronicleEvents }) =>
    chronicleEvents.has(chronicleKey(row.chronicle_id as string, row.event_id as string)),
  world_events: (row, { entityId }) =>
    row.entity_id === entityId || row.data?.relationship?.targetId === entityId,
  scene_snapshots: () => false,
}

/** As erase_entity_events does with those in the log. */
const erasedEvent = (row: ArchivedRow, parsed: Row): ArchivedRow => {
  const { command: _, ...cause } = parsed.cause as JsonObject
  const erased = { ...parsed, type: 'event.erased.v1', entity_id: null, data: {}, cause }
  return { ...row, text: JSON.stringify(erased) }
}

/** Objects that were rewritten: what they were and what they are, so that whoever kept a list can compare. */
export interface RewrittenObject {
  table: SourceTable
  rows: number
  before: { key: string; sha256: string }
  after: { key: string; sha256: string } | null
}

/** Rewrites the objects of a world's archive that say something of the subject, and deletes what they were. */
export const eraseArchives = async (
  context: RetentionContext,
  worldId: string,
  subject: ErasedSubject,
): Promise<RewrittenObject[]> => {
  const rewritten: RewrittenObject[] = []
  for (const { table, kind } of sources) {
    for (const batch of await readBatches(context.pool, worldId, table)) {
      if (cannotHold(batch, subject)) continue
      const result = await rewriteBatch(context, batch, (row) => {
        const parsed = JSON.parse(row.text) as Row
        if (!isAbout[table](parsed, subject)) return row
        return kind === 'events' ? erasedEvent(row, parsed) : undefined
      })
      if (result === undefined) continue
      const { removed, changed, before, after } = result
      rewritten.push({ table, rows: removed + changed, before, after })
    }
  }
  await sweepGarbage(context.pool, context.objects, worldId)
  return rewritten
}

const readBatches = (pool: pg.Pool, worldId: string, table: SourceTable): Promise<Batch[]> =>
  readEnded(pool, worldId, table, Number.MAX_SAFE_INTEGER)

const cannotHold = ({ source, firstId, lastId }: Batch, { entityId }: ErasedSubject): boolean =>
  (source === 'entity_history' || source === 'component_history') &&
  (Buffer.compare(Buffer.from(entityId), Buffer.from(firstId)) < 0 ||
    Buffer.compare(Buffer.from(entityId), Buffer.from(lastId)) > 0)
