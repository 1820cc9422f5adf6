import { int4Array, int8Array, textArray, timestamptzArray } from '#platform/postgres/binary-array'
import { type Statement, type StoreTarget, seqBefore } from '#world/postgres/statement'
import type { WorkingSet } from '#world/working-set'
import type { ChronicleEventState } from '../chronicle-set.ts'
import {
  eventArrays,
  eventColumns,
  type KnownState,
  selectColumns,
  unnestEvents,
  unnestNames,
} from './event-columns.ts'

// a row that was there before the group goes to the history as it is
const keepRows = `
  INSERT INTO chronicle_event_history (world_id, tenant_id, to_seq, ${eventColumns})
  SELECT $1, $2, u.to_seq, ${eventColumns.replaceAll(/\w+/g, (column) => `e.${column}`)}
  FROM unnest($3::text[], $4::text[], $5::int8[]) AS u (chronicle_id, event_id, to_seq)
  JOIN chronicle_events e ON e.world_id = $1 AND e.chronicle_id = u.chronicle_id AND e.event_id = u.event_id`

const insertPassing = `
  INSERT INTO chronicle_event_history (world_id, tenant_id, to_seq, ${eventColumns})
  SELECT $1, $2, u.to_seq, ${selectColumns}
  FROM ${unnestEvents}, $24::int8[]) AS u (${unnestNames}, to_seq)`

const upsertEvents = `
  INSERT INTO chronicle_events (world_id, tenant_id, ${eventColumns})
  SELECT $1, $2, ${selectColumns} FROM ${unnestEvents}) AS u (${unnestNames})
  ON CONFLICT (world_id, chronicle_id, event_id) DO UPDATE SET version = excluded.version, from_seq = excluded.from_seq,
    retracted = excluded.retracted, told_at = excluded.told_at, event_type = excluded.event_type,
    action = excluded.action, modality = excluded.modality, source = excluded.source, document = excluded.document,
    digest = excluded.digest, recorded_at = excluded.recorded_at, reason = excluded.reason, marks = excluded.marks,
    search_text = excluded.search_text, search = excluded.search`

const retractRows = `
  UPDATE chronicle_events e SET retracted = true, version = u.version, from_seq = u.from_seq,
    recorded_at = u.recorded_at, reason = u.reason
  FROM unnest($2::text[], $3::text[], $4::int4[], $5::int8[], $6::timestamptz[], $7::text[])
    AS u (chronicle_id, event_id, version, from_seq, recorded_at, reason)
  WHERE e.world_id = $1 AND e.chronicle_id = u.chronicle_id AND e.event_id = u.event_id`

/** History first: what it takes from the rows is there until they are replaced. */
export const eventStatements = (
  { worldId, tenantId }: StoreTarget,
  set: WorkingSet,
): (Statement | undefined)[] => {
  const before = seqBefore(set)
  const { superseded, events } = set.chronicle
  const kept = superseded.filter(({ state }) => state.fromSeq <= before)
  const passing = superseded.filter(({ state }) => state.fromSeq > before)
  const current = [...events.values()].filter((state) => state !== null && state.fromSeq > before)
  const written = current.filter(isKnown)
  const retracted = current.filter((state) => state?.event === undefined) as ChronicleEventState[]
  const target = [worldId, tenantId]
  const keys = (states: ChronicleEventState[]) => [
    textArray(states.map(({ chronicleId }) => chronicleId)),
    textArray(states.map(({ eventId }) => eventId)),
  ]
  const toSeqs = (rows: typeof superseded) => int8Array(rows.map(({ toSeq }) => toSeq))
  return [
    statement(keepRows, kept, (rows) => [...target, ...keys(rows.map(({ state }) => state)), toSeqs(rows)]),
    statement(insertPassing, passing, (rows) => [
      ...[...target, ...eventArrays(rows.map(({ state }) => state as KnownState)), toSeqs(rows)],
    ]),
    statement(upsertEvents, written, (rows) => [...target, ...eventArrays(rows)]),
    statement(retractRows, retracted, (rows) => [
      ...[worldId, ...keys(rows), int4Array(rows.map(({ version }) => version))],
      int8Array(rows.map(({ fromSeq }) => fromSeq)),
      timestamptzArray(rows.map(({ recordedAt }) => Date.parse(recordedAt))),
      textArray(rows.map(({ reason }) => reason)),
    ]),
  ]
}

const isKnown = (state: ChronicleEventState | null): state is KnownState => state?.event !== undefined

const statement = <Row>(
  text: string,
  rows: Row[],
  values: (rows: Row[]) => unknown[],
): Statement | undefined => (rows.length === 0 ? undefined : { text, values: values(rows) })
