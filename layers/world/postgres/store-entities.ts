import { float8Array, int2Array, int8Array, textArray } from '#platform/postgres/binary-array'
import { archetypeOf } from '../components.ts'
import { fluxPosition } from '../flux.ts'
import type { EntityState, WorkingSet } from '../working-set.ts'
import { type Statement, type StoreTarget, seqBefore } from './statement.ts'

const entityColumns = 'name, class_type, archetype, tags, flux_position, x, y, z, created_at, updated_at'

const entityColumnArrays = (states: EntityState[]): unknown[] => [
  textArray(states.map(({ entity }) => entity.id)),
  textArray(states.map(({ entity }) => entity.name)),
  textArray(states.map(({ entity }) => entity.classType)),
  textArray(states.map(({ entity }) => archetypeOf(entity))),
  textArray(states.map(({ entity }) => arrayLiteral(entity.tags))),
  int2Array(states.map(({ entity }) => fluxPosition(entity.position))),
  ...[0, 1, 2].map((axis) => float8Array(states.map(({ entity }) => entity.position[axis]!))),
  float8Array(states.map(({ createdAt }) => createdAt.getTime() / 1_000)),
  float8Array(states.map(({ updatedAt }) => updatedAt.getTime() / 1_000)),
  int8Array(states.map(({ fromSeq }) => fromSeq)),
]

const bodyColumnArrays = (states: EntityState[]): unknown[] => [
  float8Array(states.map(({ activity }) => activity)),
  int8Array(states.map(({ positionSeq }) => positionSeq)),
]

// unnest flattens an array of arrays, so each row's tags travel as the text of an array
const entityUnnest = `unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int2[], $9::float8[],
  $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::int8[]`
const entityAlias =
  'u (entity_id, name, class_type, archetype, tags, flux_position, x, y, z, created_at, updated_at, from_seq'
const entityValues = `u.name, u.class_type, u.archetype, u.tags::text[], u.flux_position, u.x, u.y, u.z,
  to_timestamp(u.created_at), to_timestamp(u.updated_at)`

// how the entity stands to the physics
const bodyColumns = 'activity, position_seq'
const currentColumns = `from_seq, ${entityColumns}, ${bodyColumns}`

const upsertEntities = `
  INSERT INTO entities (world_id, tenant_id, entity_id, ${currentColumns})
  SELECT $1, $2, u.entity_id, u.from_seq, ${entityValues}, ${bodyColumns}
  FROM ${entityUnnest}, $15::float8[], $16::int8[]) AS ${entityAlias}, ${bodyColumns})
  ON CONFLICT (world_id, entity_id) DO UPDATE SET (${currentColumns}) =
    (${currentColumns.replaceAll(/(\w+)(,|$)/g, 'excluded.$1$2')})`

const insertEntityHistory = `
  INSERT INTO entity_history (world_id, tenant_id, entity_id, from_seq, to_seq, ${entityColumns}, ${bodyColumns})
  SELECT $1, $2, u.entity_id, u.from_seq, u.to_seq, ${entityValues}, ${bodyColumns}
  FROM ${entityUnnest}, $15::float8[], $16::int8[], $17::int8[]) AS ${entityAlias}, ${bodyColumns}, to_seq)`

const deleteEntities = 'DELETE FROM entities WHERE world_id = $1 AND entity_id = ANY ($2::text[])'

/** Upserts what the group made, puts what it superseded into history, deletes what is gone. */
export const entityStatements = (
  { worldId, tenantId }: StoreTarget,
  set: WorkingSet,
): (Statement | undefined)[] => {
  const before = seqBefore(set)
  const states = [...set.entities.values()].filter(
    (state) => state !== null && state.fromSeq > before,
  ) as EntityState[]
  const history = set.supersededEntities
  const gone = history
    .filter(({ state }) => state.fromSeq <= before && set.entities.get(state.entity.id) === null)
    .map(({ state }) => state.entity.id)
  const historyStates = history.map(({ state }) => state)
  const toSeqs = int8Array(history.map(({ toSeq }) => toSeq))
  return [
    history.length === 0
      ? undefined
      : {
          text: insertEntityHistory,
          values: [
            ...[worldId, tenantId, ...entityColumnArrays(historyStates)],
            ...[...bodyColumnArrays(historyStates), toSeqs],
          ],
        },
    gone.length === 0 ? undefined : { text: deleteEntities, values: [worldId, textArray(gone)] },
    states.length === 0
      ? undefined
      : {
          text: upsertEntities,
          values: [worldId, tenantId, ...entityColumnArrays(states), ...bodyColumnArrays(states)],
        },
  ]
}

/** The text form of a text[], for a cast in the statement. */
const arrayLiteral = (values: string[]): string =>
  `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`
