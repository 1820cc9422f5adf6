import { float8Array, int8Array, jsonbArray, textArray } from '#platform/postgres/binary-array'
import { type RelationshipState, relationshipKey, type WorkingSet } from '../working-set.ts'
import { type Statement, type StoreTarget, seqBefore } from './statement.ts'

const relationshipUnnest =
  'unnest($3::text[], $4::text[], $5::text[], $6::float8[], $7::text[], $8::jsonb[], $9::int8[]'
const relationshipColumns = 'source_id, target_id, type, strength, label, data, from_seq'

const upsertRelationships = `
  INSERT INTO relationships (world_id, tenant_id, ${relationshipColumns})
  SELECT $1, $2, u.* FROM ${relationshipUnnest}) AS u
  ON CONFLICT (world_id, source_id, target_id, type) DO UPDATE SET strength = excluded.strength,
    label = excluded.label, data = excluded.data, from_seq = excluded.from_seq`

const insertRelationshipHistory = `
  INSERT INTO relationship_history (world_id, tenant_id, ${relationshipColumns}, to_seq)
  SELECT $1, $2, u.* FROM ${relationshipUnnest}, $10::int8[]) AS u`

const deleteRelationships = `
  DELETE FROM relationships r USING unnest($2::text[], $3::text[], $4::text[]) AS u (source_id, target_id, type)
  WHERE r.world_id = $1 AND r.source_id = u.source_id AND r.target_id = u.target_id AND r.type = u.type`

/** As for entities. The deletions come first: a child may lose a parent and get another in one group. */
export const relationshipStatements = (
  { worldId, tenantId }: StoreTarget,
  set: WorkingSet,
): (Statement | undefined)[] => {
  const before = seqBefore(set)
  const current: RelationshipState[] = []
  const goneKeys = new Set<string>()
  for (const [key, state] of set.relationships) {
    if (state === null) goneKeys.add(key)
    else if (state.fromSeq > before) current.push(state)
  }
  const history = set.supersededRelationships
  const gone = history.filter(
    ({ state }) => state.fromSeq <= before && goneKeys.has(relationshipKey(state.relationship)),
  )
  const toSeqs = int8Array(history.map(({ toSeq }) => toSeq))
  return [
    history.length === 0
      ? undefined
      : {
          text: insertRelationshipHistory,
          values: [worldId, tenantId, ...relationshipArrays(history.map(({ state }) => state)), toSeqs],
        },
    gone.length === 0
      ? undefined
      : {
          text: deleteRelationships,
          values: [worldId, ...relationshipArrays(gone.map(({ state }) => state)).slice(0, 3)],
        },
    current.length === 0
      ? undefined
      : { text: upsertRelationships, values: [worldId, tenantId, ...relationshipArrays(current)] },
  ]
}

const relationshipArrays = (states: RelationshipState[]): unknown[] => [
  textArray(states.map(({ relationship }) => relationship.sourceId)),
  textArray(states.map(({ relationship }) => relationship.targetId)),
  textArray(states.map(({ relationship }) => relationship.type)),
  float8Array(states.map(({ relationship }) => relationship.strength)),
  textArray(states.map(({ relationship }) => relationship.label)),
  jsonbArray(states.map(({ relationship }) => JSON.stringify(relationship.data))),
  int8Array(states.map(({ fromSeq }) => fromSeq)),
]
