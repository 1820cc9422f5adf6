import { int8Array, jsonbArray, textArray } from '#platform/postgres/binary-array'
import type { TypeState, WorkingSet } from '../working-set.ts'
import { type Statement, type StoreTarget, seqBefore } from './statement.ts'

const upsertTypes = `
  INSERT INTO component_types (world_id, tenant_id, type, version, definition, from_seq)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::int8[], $5::jsonb[], $6::int8[]) AS u
  ON CONFLICT (world_id, type) DO UPDATE SET (version, definition, from_seq) =
    (excluded.version, excluded.definition, excluded.from_seq)`

const insertTypeHistory = `
  INSERT INTO component_type_history (world_id, tenant_id, type, version, definition, from_seq, to_seq)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::int8[], $5::jsonb[], $6::int8[], $7::int8[]) AS u`

/** As for entities: what was registered, and what that superseded. */
export const typeStatements = (
  { worldId, tenantId }: StoreTarget,
  set: WorkingSet,
): (Statement | undefined)[] => {
  const before = seqBefore(set)
  const current = [...set.componentTypes.values()].filter(({ fromSeq }) => fromSeq > before)
  const history = set.supersededTypes
  return [
    history.length === 0
      ? undefined
      : {
          text: insertTypeHistory,
          values: [
            ...[worldId, tenantId, ...typeArrays(history.map(({ state }) => state))],
            int8Array(history.map(({ toSeq }) => toSeq)),
          ],
        },
    current.length === 0
      ? undefined
      : { text: upsertTypes, values: [worldId, tenantId, ...typeArrays(current)] },
  ]
}

const typeArrays = (states: TypeState[]): unknown[] => [
  textArray(states.map(({ definition }) => definition.type)),
  int8Array(states.map(({ definition }) => definition.version)),
  jsonbArray(states.map(({ definition }) => JSON.stringify(definition))),
  int8Array(states.map(({ fromSeq }) => fromSeq)),
]
