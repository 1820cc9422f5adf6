import { float8Array, int8Array, jsonbArray, textArray } from '#platform/postgres/binary-array'
import { hotValuesOf } from '../component-types/registry.ts'
import { componentOf, componentTypesOf } from '../components.ts'
import type { SupersededComponent, WorkingSet } from '../working-set.ts'
import { type Statement, type StoreTarget, seqBefore } from './statement.ts'

const upsertComponents = `
  INSERT INTO components (world_id, tenant_id, entity_id, component_type, data, from_seq, hot_number, hot_text)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::jsonb[], $6::int8[], $7::float8[], $8::text[]) AS u
  ON CONFLICT (world_id, entity_id, component_type) DO UPDATE SET (data, from_seq, hot_number, hot_text) =
    (excluded.data, excluded.from_seq, excluded.hot_number, excluded.hot_text)`

const insertComponentHistory = `
  INSERT INTO component_history (world_id, tenant_id, entity_id, component_type, data, from_seq, to_seq)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::jsonb[], $6::int8[], $7::int8[]) AS u`

const deleteComponents = `
  DELETE FROM components c USING unnest($2::text[], $3::text[]) AS u (entity_id, component_type)
  WHERE c.world_id = $1 AND c.entity_id = u.entity_id AND c.component_type = u.component_type`

/** As for entities, by component: a component that did not change keeps its row and its seq. */
export const componentStatements = (
  { worldId, tenantId }: StoreTarget,
  set: WorkingSet,
): (Statement | undefined)[] => {
  const before = seqBefore(set)
  const current = currentComponents(set, before)
  const history = set.supersededComponents
  const gone = history.filter(
    ({ entityId, type, fromSeq }) => fromSeq <= before && !set.entities.get(entityId)?.componentSeqs[type],
  )
  return [
    history.length === 0
      ? undefined
      : {
          text: insertComponentHistory,
          values: [
            worldId,
            tenantId,
            ...componentArrays(history),
            int8Array(history.map(({ toSeq }) => toSeq)),
          ],
        },
    gone.length === 0
      ? undefined
      : {
          text: deleteComponents,
          values: [
            worldId,
            textArray(gone.map(({ entityId }) => entityId)),
            textArray(gone.map(({ type }) => type)),
          ],
        },
    current.length === 0
      ? undefined
      : {
          text: upsertComponents,
          values: [worldId, tenantId, ...componentArrays(current), ...hotArrays(set, current)],
        },
  ]
}

const currentComponents = (set: WorkingSet, before: number): Omit<SupersededComponent, 'toSeq'>[] => {
  const rows: Omit<SupersededComponent, 'toSeq'>[] = []
  for (const state of set.entities.values()) {
    if (state === null || state.fromSeq <= before) continue
    for (const type of componentTypesOf(state.entity)) {
      const fromSeq = state.componentSeqs[type]
      if (fromSeq !== undefined && fromSeq > before) {
        rows.push({ entityId: state.entity.id, type, data: componentOf(state.entity, type)!, fromSeq })
      }
    }
  }
  return rows
}

const componentArrays = (rows: Omit<SupersededComponent, 'toSeq'>[]): unknown[] => [
  textArray(rows.map(({ entityId }) => entityId)),
  textArray(rows.map(({ type }) => type)),
  jsonbArray(rows.map(({ data }) => JSON.stringify(data))),
  int8Array(rows.map(({ fromSeq }) => fromSeq)),
]

const hotArrays = ({ componentTypes }: WorkingSet, rows: Omit<SupersededComponent, 'toSeq'>[]): unknown[] => {
  const values = rows.map(({ type, data }) => hotValuesOf(componentTypes, type, data))
  return [nullableNumbers(values.map(({ number }) => number)), textArray(values.map(({ text }) => text))]
}

// the binary form of a float8[] here has no nulls: such an array travels as text
const nullableNumbers = (values: (number | null)[]): Buffer | (number | null)[] =>
  values.includes(null) ? values : float8Array(values as number[])
