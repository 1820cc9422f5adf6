import {
  boolArray,
  byteaArray,
  int4Array,
  int8Array,
  jsonbArray,
  textArray,
  timestamptzArray,
} from '#platform/postgres/binary-array'
import type { ChronicleEvent } from '../chronicle-event.ts'
import type { ChronicleEventState } from '../chronicle-set.ts'
import { marksOf, searchedText } from '../searched-text.ts'

/** Of `chronicle_events` and its history alike, but for the world and the tenant. */
export const eventColumns = `chronicle_id, event_id, version, from_seq, retracted, told_at, event_type, action, modality,
  source, document, digest, recorded_at, reason, marks, search_text, search`

/** Selects the columns from `u`, the rows of `unnestEvents`. */
export const selectColumns = `u.chronicle_id, u.event_id, u.version, u.from_seq, u.retracted, u.told_at, u.event_type,
  u.action, u.modality, u.source, u.document, u.digest, u.recorded_at, u.reason, string_to_array(u.marks, E'\\x01'),
  u.search_text, chronicle_vector(u.a, u.b, u.c, u.d, u.names)`

/** Of the arrays of `eventArrays`, which are the parameters from `$3` on. */
export const unnestEvents = `unnest($3::text[], $4::text[], $5::int4[], $6::int8[], $7::bool[], $8::timestamptz[], $9::text[],
  $10::text[], $11::text[], $12::text[], $13::jsonb[], $14::bytea[], $15::timestamptz[], $16::text[], $17::text[],
  $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[]`

export const unnestNames = `chronicle_id, event_id, version, from_seq, retracted, told_at, event_type, action, modality,
  source, document, digest, recorded_at, reason, marks, search_text, a, b, c, d, names`

export type KnownState = ChronicleEventState & { event: ChronicleEvent }

export const eventArrays = (states: KnownState[]): unknown[] => {
  const texts = states.map(({ event }) => searchedText(event))
  return [
    textArray(states.map(({ chronicleId }) => chronicleId)),
    textArray(states.map(({ eventId }) => eventId)),
    int4Array(states.map(({ version }) => version)),
    int8Array(states.map(({ fromSeq }) => fromSeq)),
    boolArray(states.map(({ retracted }) => retracted)),
    timestamptzArray(states.map(({ event }) => Date.parse(event.timestamp))),
    textArray(states.map(({ event }) => event.eventType)),
    textArray(states.map(({ event }) => event.action)),
    textArray(states.map(({ event }) => event.modality)),
    textArray(states.map(({ event }) => event.source)),
    jsonbArray(states.map(({ event }) => JSON.stringify(event))),
    byteaArray(states.map(({ digest }) => Buffer.from(digest, 'hex'))),
    timestamptzArray(states.map(({ recordedAt }) => Date.parse(recordedAt))),
    textArray(states.map(({ reason }) => reason)),
    // neither names nor ids have control characters
    textArray(states.map(({ event }) => marksOf(event).join('\u0001'))),
    textArray(texts.map(({ similar }) => similar)),
    textArray(texts.map(({ a }) => a)),
    textArray(texts.map(({ b }) => b)),
    textArray(texts.map(({ c }) => c)),
    textArray(texts.map(({ d }) => d)),
    textArray(texts.map(({ names }) => names)),
  ]
}
