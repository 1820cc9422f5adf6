import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import type { ProjectionContext, ProjectionOptions } from '#chronicle/projection/context'
import { createPool } from '#platform/postgres/pool'
import type { Command } from '#world/commands'
import { type WriteContext, writeGroup } from '#world/write'
import { writerPoolOptions } from '#world/writer'
import type { TestDatabase } from './database.ts'

/** A chronicle event with what a test says of it. */
export const told = (event: Partial<ChronicleEvent> & { id: string }): ChronicleEvent => ({
  ...{ timestamp: '2020-01-01T00:00:00.000Z', eventType: 'test', summary: event.id, actors: [] },
  ...{ action: 'noticed', valence: [], causality: { causedBy: [], causes: [] }, modality: 'actual' },
  ...{ source: 'test', keywords: [], data: {}, ...event },
})

/** The projection on a database of a test, and worlds with chronicles in it. */
export interface ChronicleHarness {
  context: ProjectionContext
  /** As superuser. */
  admin: pg.Pool
  makeWorld(): Promise<TestWorld>
  close(): Promise<void>
}

export interface TestWorld {
  worldId: string
  name: string
  /** Records the events as one event of the log; those that are known are changed. */
  record(events: readonly ChronicleEvent[], chronicleId?: string): Promise<void>
  retract(ids: readonly string[], chronicleId?: string): Promise<void>
  write(commands: Command[]): Promise<void>
}

export const startChronicleHarness = (
  database: TestDatabase,
  options: ProjectionOptions = {},
): ChronicleHarness => {
  const admin = createPool({ connectionString: database.adminUrl, applicationName: 'test-admin' })
  const writers = createPool({
    ...writerPoolOptions,
    connectionString: database.url('orrery_app'),
    applicationName: 'test-writer',
  })
  const write: WriteContext = {
    pool: writers,
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    now: () => new Date(),
    newId: uuidv7,
  }
  const pool = database.pool('orrery_background')
  const context: ProjectionContext = { pool, write, now: () => new Date(), log: () => {}, options }
  return {
    ...{ context, admin },
    makeWorld: () => makeWorld(admin, write),
    close: async () => {
      await Promise.all([admin.end(), writers.end()])
    },
  }
}

const makeWorld = async (admin: pg.Pool, write: WriteContext): Promise<TestWorld> => {
  const name = `world-${randomUUID()}`
  const writeAll = async (commands: Command[]): Promise<string> => {
    const request = { tenantId: 'local', world: name, requestId: randomUUID(), commands }
    const [outcome] = await writeGroup(write, [request])
    if (outcome!.status !== 'applied') throw new Error(outcome!.refusal.detail)
    return outcome!.worldId
  }
  const worldId = await writeAll([])
  return {
    ...{ worldId, name },
    record: (events, chronicleId = 'story') => record(admin, worldId, chronicleId, events),
    retract: async (ids, chronicleId = 'story') => {
      const seq = await nextSeq(admin, worldId)
      await admin.query(
        `UPDATE chronicle_events SET retracted = true, from_seq = $3, version = version + 1
         WHERE world_id = $1 AND chronicle_id = $2 AND event_id = ANY ($4::text[])`,
        [worldId, chronicleId, seq, ids],
      )
      await reach(admin, worldId, seq)
    },
    write: async (commands) => void (await writeAll(commands)),
  }
}

/** An event of the log that says nothing of itself: tests care for its seq only. */
const nextSeq = async (admin: pg.Pool, worldId: string): Promise<number> => {
  const { rows } = await admin.query<{ seq: number }>(
    'UPDATE worlds SET seq = seq + 1 WHERE world_id = $1 RETURNING seq',
    [worldId],
  )
  return rows[0]!.seq
}

const reach = async (admin: pg.Pool, worldId: string, seq: number): Promise<void> => {
  await admin.query(
    `INSERT INTO chronicle_progress (world_id, tenant_id, recorded_seq) VALUES ($1, 'local', $2)
     ON CONFLICT (world_id) DO UPDATE SET recorded_seq = excluded.recorded_seq`,
    [worldId, seq],
  )
}

const record = async (
  admin: pg.Pool,
  worldId: string,
  chronicleId: string,
  events: readonly ChronicleEvent[],
): Promise<void> => {
  const seq = await nextSeq(admin, worldId)
  await admin.query(
    `INSERT INTO chronicle_events (world_id, chronicle_id, event_id, tenant_id, version, from_seq, told_at, event_type,
       action, modality, source, document, digest, recorded_at, marks, search, search_text)
     SELECT $1, $2, e->>'id', 'local', 1, $3, (e->>'timestamp')::timestamptz, e->>'eventType', e->>'action',
       e->>'modality', e->>'source', e, '', now(), '{}', '', ''
     FROM jsonb_array_elements($4::jsonb) AS e
     ON CONFLICT (world_id, chronicle_id, event_id) DO UPDATE
       SET from_seq = excluded.from_seq, version = chronicle_events.version + 1, told_at = excluded.told_at,
         action = excluded.action, modality = excluded.modality, document = excluded.document, retracted = false`,
    [worldId, chronicleId, seq, JSON.stringify(events)],
  )
  await reach(admin, worldId, seq)
}
