import { int8Array, textArray, timestamptzArray } from '#platform/postgres/binary-array'
import type { Statement, StoreTarget } from '#world/postgres/statement'
import type { WorkingSet } from '#world/working-set'
import type { ChronicleState } from '../chronicle-set.ts'
import { eventStatements } from './store-events.ts'

const upsertChronicles = `
  INSERT INTO chronicles (world_id, tenant_id, chronicle_id, title, description, event_count, from_seq, created_at)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::timestamptz[]) AS u
  ON CONFLICT (world_id, chronicle_id) DO UPDATE SET title = excluded.title, description = excluded.description,
    event_count = excluded.event_count`

const upsertProgress = `
  INSERT INTO chronicle_progress (world_id, tenant_id, recorded_seq) VALUES ($1, $2, $3)
  ON CONFLICT (world_id) DO UPDATE SET recorded_seq = excluded.recorded_seq`

/** What the group made of chronicles; nothing where it made nothing of them. */
export const chronicleStatements = (target: StoreTarget, set: WorkingSet): (Statement | undefined)[] => {
  const { worldId, tenantId } = target
  const lastSeq = set.events.findLast(({ type }) => type.startsWith('chronicle.'))?.seq
  if (lastSeq === undefined) return []
  const chronicles = [...set.chronicle.chronicles].filter(
    (entry): entry is [string, ChronicleState] => entry[1] !== null,
  )
  const values = chronicles.map(([, state]) => state)
  const recordedSeq = set.events.findLast(
    ({ type }) => type.startsWith('chronicle.') && type !== 'chronicle.created.v1',
  )?.seq
  return [
    ...eventStatements(target, set),
    {
      text: upsertChronicles,
      values: [
        ...[worldId, tenantId, textArray(chronicles.map(([id]) => id))],
        textArray(values.map(({ title }) => title)),
        textArray(values.map(({ description }) => description)),
        int8Array(values.map(({ eventCount }) => eventCount)),
        int8Array(values.map(({ fromSeq }) => fromSeq)),
        timestamptzArray(values.map(({ createdAt }) => Date.parse(createdAt))),
      ],
    },
    recordedSeq === undefined
      ? undefined
      : { text: upsertProgress, values: [worldId, tenantId, recordedSeq] },
  ]
}
