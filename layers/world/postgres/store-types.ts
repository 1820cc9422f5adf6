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

// a component that the new version leaves as it is has no row of its own to write: only what is hot of it may differ
const refreshHot = `
  UPDATE components c SET
    hot_number = CASE WHEN jsonb_typeof(c.data -> t.number) = 'number' THEN (c.data ->> t.number)::float8 END,
    hot_text = CASE WHEN jsonb_typeof(c.data -> t.text) = 'string' THEN c.data ->> t.text END
  FROM unnest($2::text[], $3::text[], $4::text[]) AS t (type, number, text)
  WHERE c.world_id = $1 AND c.component_type = t.type`

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
    refreshStatement(worldId, set),
  ]
}

/** Before the components that the group itself has changed are written. */
const refreshStatement = (worldId: string, set: WorkingSet): Statement | undefined => {
  const changed = set.supersededTypes.flatMap(({ state: { definition } }) => {
    const now = set.componentTypes.get(definition.type)!.definition
    return now.hot.number === definition.hot.number && now.hot.text === definition.hot.text ? [] : [now]
  })
  if (changed.length === 0) return undefined
  // several versions in one group: the last counts
  const latest = [...new Map(changed.map((definition) => [definition.type, definition])).values()]
  return {
    text: refreshHot,
    values: [
      worldId,
      textArray(latest.map(({ type }) => type)),
      textArray(latest.map(({ hot }) => hot.number ?? null)),
      textArray(latest.map(({ hot }) => hot.text ?? null)),
    ],
  }
}

const typeArrays = (states: TypeState[]): unknown[] => [
  textArray(states.map(({ definition }) => definition.type)),
  int8Array(states.map(({ definition }) => definition.version)),
  jsonbArray(states.map(({ definition }) => JSON.stringify(definition))),
  int8Array(states.map(({ fromSeq }) => fromSeq)),
]
