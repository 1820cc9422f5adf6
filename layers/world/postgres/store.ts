import type pg from 'pg'
import { chronicleStatements } from '#chronicle/postgres/store-chronicle'
import {
  boolArray,
  float8Array,
  int8Array,
  jsonbArray,
  textArray,
  uuidArray,
} from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { WriteOutcome, WriteRequest } from '../commands.ts'
import type { WorldEvent } from '../event.ts'
import type { WorkingSet } from '../working-set.ts'
import type { Statement, StoreTarget } from './statement.ts'
import { type AuditEntry, auditEntries, insertAudit } from './store-audit.ts'
import { componentStatements } from './store-components.ts'
import { entityStatements } from './store-entities.ts'
import { relationshipStatements } from './store-relationships.ts'
import { typeStatements } from './store-types.ts'

/** What became of requests, by their ids. */
export interface Outcomes {
  outcomes: Map<string, WriteOutcome>
  subjects: Subjects
  audited: AuditEntry[]
}

/** Who sent each request, hashed; null: not known. */
type Subjects = ReadonlyMap<string, string | null>

/** What is kept of requests and what became of them. */
export const keptOf = (
  requests: WriteRequest[],
  outcomes: Map<string, WriteOutcome>,
  newId: () => string,
): Outcomes => ({
  outcomes,
  subjects: new Map(requests.map(({ requestId, subject }) => [requestId, subject ?? null])),
  audited: auditEntries(requests, outcomes, newId),
})

/**
 * Writes what the working set has become, set-wise: one statement a table, none for a table that nothing
 * touched. The statements are sent one behind the other without waiting; the first that fails rejects.
 */
export const storeWorkingSet = async (
  client: pg.ClientBase,
  target: StoreTarget,
  set: WorkingSet,
  { outcomes, subjects, audited }: Outcomes,
): Promise<void> => {
  const statements = [
    ...entityStatements(target, set),
    ...typeStatements(target, set),
    ...componentStatements(target, set),
    ...relationshipStatements(target, set),
    ...chronicleStatements(target, set),
    insertEvents(target, set.events),
    insertBodies(target, set),
    insertSnapshots(target, set),
    insertOutcomes(target, outcomes, subjects),
    insertAudit(target, audited),
    updateWorld(target, set),
  ]
  await run(client, statements)
}

const run = async (client: pg.ClientBase, statements: (Statement | undefined)[]): Promise<void> => {
  const present = statements.filter((statement) => statement !== undefined)
  await Promise.all(present.map(({ text, values }) => client.query(prepared(text, values))))
}

const insertEventRows = `
  INSERT INTO world_events (world_id, tenant_id, seq, event_id, type, entity_id, data, cause, occurred_at)
  SELECT $1, $2, u.seq, u.event_id, u.type, u.entity_id, u.data, u.cause, to_timestamp($9::float8)
  FROM unnest($3::int8[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])
    AS u (seq, event_id, type, entity_id, data, cause)`

const insertEvents = ({ worldId, tenantId }: StoreTarget, events: WorldEvent[]): Statement | undefined =>
  events.length === 0
    ? undefined
    : {
        text: insertEventRows,
        values: [
          worldId,
          tenantId,
          int8Array(events.map(({ seq }) => seq)),
          uuidArray(events.map(({ id }) => id)),
          textArray(events.map(({ type }) => type)),
          textArray(events.map(({ entityId }) => entityId)),
          jsonbArray(events.map(({ data }) => JSON.stringify(data))),
          jsonbArray(events.map(({ cause }) => JSON.stringify(cause))),
          new Date(events[0]!.occurredAt).getTime() / 1_000,
        ],
      }

const insertBodyRows = `
  INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, mass, activity, jitter, anchored)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[],
    $9::float8[], $10::bool[]) AS u
  ON CONFLICT (world_id, entity_id) DO NOTHING`

/** I5: the first row of a body comes with its entity; after that only the lease holder writes. */
const insertBodies = ({ worldId, tenantId }: StoreTarget, set: WorkingSet): Statement | undefined => {
  const bodies = [...set.createdBodies].flatMap(([id, body]) => (body === null ? [] : [{ id, ...body }]))
  if (bodies.length === 0) return undefined
  return {
    text: insertBodyRows,
    values: [
      worldId,
      tenantId,
      textArray(bodies.map(({ id }) => id)),
      ...[0, 1, 2].map((axis) => float8Array(bodies.map(({ position }) => position[axis]!))),
      float8Array(bodies.map(({ traits }) => traits.mass)),
      float8Array(bodies.map(({ traits }) => traits.activity)),
      float8Array(bodies.map(({ traits }) => traits.jitter)),
      boolArray(bodies.map(({ traits }) => traits.anchored)),
    ],
  }
}

const insertSnapshotRows = `
  INSERT INTO scene_snapshots (snapshot_id, world_id, tenant_id, seq, cause, created_at)
  SELECT u.snapshot_id, $1, $2, u.seq, u.cause, date_trunc('milliseconds', clock_timestamp())
  FROM unnest($3::uuid[], $4::int8[], $5::jsonb[]) AS u (snapshot_id, seq, cause)`

const insertSnapshots = (
  { worldId, tenantId }: StoreTarget,
  { snapshots }: WorkingSet,
): Statement | undefined =>
  snapshots.length === 0
    ? undefined
    : {
        text: insertSnapshotRows,
        values: [
          worldId,
          tenantId,
          uuidArray(snapshots.map(({ snapshotId }) => snapshotId)),
          int8Array(snapshots.map(({ seq }) => seq)),
          jsonbArray(snapshots.map(({ requestId }) => JSON.stringify({ requestId }))),
        ],
      }

// of a world that does not exist nothing is locked: another process may store the same refusal first
const insertOutcomeRows = `
  INSERT INTO requests (tenant_id, world, request_id, outcome, subject)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::jsonb[], $5::text[]) AS u ON CONFLICT DO NOTHING`

const insertOutcomes = (
  { tenantId, world }: Omit<StoreTarget, 'worldId'>,
  outcomes: Map<string, WriteOutcome>,
  subjects: Subjects,
): Statement | undefined =>
  outcomes.size === 0
    ? undefined
    : {
        text: insertOutcomeRows,
        values: [
          tenantId,
          world,
          textArray([...outcomes.keys()]),
          jsonbArray([...outcomes.values()].map((outcome) => JSON.stringify(outcome))),
          textArray([...outcomes.keys()].map((requestId) => subjects.get(requestId) ?? null)),
        ],
      }

/** For requests that all were refused and whose world does not exist. */
export const storeRefusals = async (
  client: pg.ClientBase,
  target: Omit<StoreTarget, 'worldId'>,
  { outcomes, subjects, audited }: Outcomes,
): Promise<void> => run(client, [insertOutcomes(target, outcomes, subjects), insertAudit(target, audited)])

const updateWorldRow = `
  UPDATE worlds SET seq = $2, settings = $3, entity_count = $4, relationship_count = $5,
    updates_since_snapshot = $6, first_body_change_seq = $7, last_occurred_at = coalesce($8, last_occurred_at),
    active_bodies = $9, ramp_seq = coalesce($10, ramp_seq)
  WHERE world_id = $1`

const updateWorld = ({ worldId }: StoreTarget, set: WorkingSet): Statement | undefined =>
  set.events.length === 0 && set.snapshots.length === 0
    ? undefined
    : {
        text: updateWorldRow,
        values: [
          worldId,
          set.seq,
          JSON.stringify(set.settings),
          set.entityCount,
          set.relationshipCount,
          set.updatesSinceSnapshot,
          set.firstBodyChangeSeq,
          set.events[0]?.occurredAt ?? null,
          set.activeBodies,
          set.rampSeq,
        ],
      }
