import type pg from 'pg'
import {
  boolArray,
  float8Array,
  int2Array,
  int8Array,
  jsonbArray,
  textArray,
  uuidArray,
} from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { bodyTraits } from '../body.ts'
import type { WriteOutcome } from '../commands.ts'
import { archetypeOf, componentOf, componentTypes } from '../components.ts'
import type { Entity, Relationship, WorldEvent } from '../event.ts'
import { fluxPosition } from '../flux.ts'
import type {
  EntityState,
  RelationshipState,
  Superseded,
  SupersededComponent,
  WorkingSet,
} from '../working-set.ts'

/** Where the rows go. */
export interface StoreTarget {
  tenantId: string
  world: string
  worldId: string
}

/**
 * Writes what the working set has become, set-wise: one statement a table, none for a table that nothing
 * touched. The statements are sent one behind the other without waiting; the first that fails rejects.
 */
export const storeWorkingSet = async (
  client: pg.ClientBase,
  target: StoreTarget,
  set: WorkingSet,
  outcomes: Map<string, WriteOutcome>,
): Promise<void> => {
  const statements = [
    ...entityStatements(target, set),
    ...componentStatements(target, set),
    ...relationshipStatements(target, set),
    insertEvents(target, set.events),
    insertBodies(target, set),
    insertSnapshots(target, set),
    insertOutcomes(target, outcomes),
    updateWorld(target, set),
  ]
  await Promise.all(
    statements.flatMap((statement) =>
      statement === undefined ? [] : [client.query(prepared(statement.text, statement.values))],
    ),
  )
}

interface Statement {
  text: string
  values: unknown[]
}

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

// unnest flattens an array of arrays, so each row's tags travel as the text of an array
const entityUnnest = `unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int2[], $9::float8[],
  $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::int8[]`
const entityAlias =
  'u (entity_id, name, class_type, archetype, tags, flux_position, x, y, z, created_at, updated_at, from_seq'
const entityValues = `u.name, u.class_type, u.archetype, u.tags::text[], u.flux_position, u.x, u.y, u.z,
  to_timestamp(u.created_at), to_timestamp(u.updated_at)`

const upsertEntities = `
  INSERT INTO entities (world_id, tenant_id, entity_id, from_seq, ${entityColumns})
  SELECT $1, $2, u.entity_id, u.from_seq, ${entityValues} FROM ${entityUnnest}) AS ${entityAlias})
  ON CONFLICT (world_id, entity_id) DO UPDATE SET (from_seq, ${entityColumns}) =
    (excluded.from_seq, ${entityColumns.replaceAll(/(\w+)(,|$)/g, 'excluded.$1$2')})`

const insertEntityHistory = `
  INSERT INTO entity_history (world_id, tenant_id, entity_id, from_seq, to_seq, ${entityColumns})
  SELECT $1, $2, u.entity_id, u.from_seq, u.to_seq, ${entityValues}
  FROM ${entityUnnest}, $15::int8[]) AS ${entityAlias}, to_seq)`

const deleteEntities = 'DELETE FROM entities WHERE world_id = $1 AND entity_id = ANY ($2::text[])'

/** Rows of the log up to here were there before the group: `fromSeq` beyond it was made by the group. */
const seqBefore = (set: WorkingSet): number => set.seq - set.events.length

const entityStatements = ({ worldId, tenantId }: StoreTarget, set: WorkingSet): (Statement | undefined)[] => {
  const before = seqBefore(set)
  const states = [...set.entities.values()].filter(
    (state) => state !== null && state.fromSeq > before,
  ) as EntityState[]
  const history = set.supersededEntities
  const gone = goneIds(
    set.supersededEntities,
    before,
    ({ state }) => set.entities.get(state.entity.id) === null,
    ({ state }) => state.entity.id,
  )
  const historyStates = history.map(({ state }) => state)
  const toSeqs = int8Array(history.map(({ toSeq }) => toSeq))
  return [
    history.length === 0
      ? undefined
      : {
          text: insertEntityHistory,
          values: [worldId, tenantId, ...entityColumnArrays(historyStates), toSeqs],
        },
    gone.length === 0 ? undefined : { text: deleteEntities, values: [worldId, textArray(gone)] },
    states.length === 0
      ? undefined
      : { text: upsertEntities, values: [worldId, tenantId, ...entityColumnArrays(states)] },
  ]
}

/** Ids whose row was there before the group and is not wanted after it. */
const goneIds = <T extends Superseded<{ fromSeq: number }>>(
  superseded: T[],
  before: number,
  isGone: (item: T) => boolean,
  idOf: (item: T) => string,
): string[] => superseded.filter((item) => item.state.fromSeq <= before && isGone(item)).map(idOf)

const upsertComponents = `
  INSERT INTO components (world_id, tenant_id, entity_id, component_type, data, from_seq)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::jsonb[], $6::int8[]) AS u
  ON CONFLICT (world_id, entity_id, component_type) DO UPDATE SET data = excluded.data, from_seq = excluded.from_seq`

const insertComponentHistory = `
  INSERT INTO component_history (world_id, tenant_id, entity_id, component_type, data, from_seq, to_seq)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::jsonb[], $6::int8[], $7::int8[]) AS u`

const deleteComponents = `
  DELETE FROM components c USING unnest($2::text[], $3::text[]) AS u (entity_id, component_type)
  WHERE c.world_id = $1 AND c.entity_id = u.entity_id AND c.component_type = u.component_type`

const componentStatements = (
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
      : { text: upsertComponents, values: [worldId, tenantId, ...componentArrays(current)] },
  ]
}

const currentComponents = (set: WorkingSet, before: number): Omit<SupersededComponent, 'toSeq'>[] => {
  const rows: Omit<SupersededComponent, 'toSeq'>[] = []
  for (const state of set.entities.values()) {
    if (state === null || state.fromSeq <= before) continue
    for (const type of componentTypes) {
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

const relationshipStatements = (
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
    ({ state }) => state.fromSeq <= before && goneKeys.has(keyOf(state.relationship)),
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

const keyOf = ({ sourceId, targetId, type }: Relationship): string =>
  `${sourceId}\u0001${targetId}\u0001${type}`

const relationshipArrays = (states: RelationshipState[]): unknown[] => [
  textArray(states.map(({ relationship }) => relationship.sourceId)),
  textArray(states.map(({ relationship }) => relationship.targetId)),
  textArray(states.map(({ relationship }) => relationship.type)),
  float8Array(states.map(({ relationship }) => relationship.strength)),
  textArray(states.map(({ relationship }) => relationship.label)),
  jsonbArray(states.map(({ relationship }) => JSON.stringify(relationship.data))),
  int8Array(states.map(({ fromSeq }) => fromSeq)),
]

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
  const entities = [...set.createdBodies.values()].filter((entity) => entity !== null) as Entity[]
  if (entities.length === 0) return undefined
  const traits = entities.map(({ parameters }) => bodyTraits(parameters, set.settings.physics))
  return {
    text: insertBodyRows,
    values: [
      worldId,
      tenantId,
      textArray(entities.map(({ id }) => id)),
      ...[0, 1, 2].map((axis) => float8Array(entities.map(({ position }) => position[axis]!))),
      float8Array(traits.map(({ mass }) => mass)),
      float8Array(traits.map(({ activity }) => activity)),
      float8Array(traits.map(({ jitter }) => jitter)),
      boolArray(traits.map(({ anchored }) => anchored)),
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

const insertOutcomeRows = `
  INSERT INTO requests (tenant_id, world, request_id, outcome)
  SELECT $1, $2, u.* FROM unnest($3::text[], $4::jsonb[]) AS u`

const insertOutcomes = (
  { tenantId, world }: StoreTarget,
  outcomes: Map<string, WriteOutcome>,
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
        ],
      }

const updateWorldRow = `
  UPDATE worlds SET seq = $2, settings = $3, entity_count = $4, relationship_count = $5,
    updates_since_snapshot = $6, first_body_change_seq = $7, last_occurred_at = coalesce($8, last_occurred_at)
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
        ],
      }

/** The text form of a text[], for a cast in the statement. */
const arrayLiteral = (values: string[]): string =>
  `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`
