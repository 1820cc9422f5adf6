import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { Command, WriteOutcome } from '../commands.ts'
import { type EntityColumns, entityFrom } from '../components.ts'
import type { JsonObject, Relationship, RelationshipKey } from '../event.ts'
import type { EntityState, RelationshipState, WorkingSet } from '../working-set.ts'
import { relationshipKey } from '../working-set.ts'
import { findHolders, loadTypes, upgradeLimit } from './load-types.ts'

/** What a group of commands reads and may change. */
export interface Touched {
  entityIds: string[]
  relationships: RelationshipKey[]
  /** Ends of hierarchy edges that may be added: their ancestors decide whether they fit. */
  hierarchyEnds: string[]
  /** Whether components of registered types are written. */
  writesComponents: boolean
  /** Component types that are registered: whoever has one of an older version is upgraded. */
  registeredTypes: string[]
}

export const touchedBy = (commands: Iterable<Command>): Touched => {
  const entityIds = new Set<string>()
  const relationships = new Map<string, RelationshipKey>()
  const hierarchyEnds = new Set<string>()
  const registeredTypes = new Set<string>()
  let writesComponents = false
  for (const command of commands) {
    writesComponents ||= needsTypes(command)
    if (command.kind === 'register-component-type') registeredTypes.add(command.definition.type)
    if ('entity' in command) entityIds.add(command.entity.id)
    else if ('entityId' in command) entityIds.add(command.entityId)
    else if ('relationship' in command) {
      const { sourceId, targetId, type } = command.relationship
      relationships.set(relationshipKey(command.relationship), { sourceId, targetId, type })
      if (type === 'hierarchy') hierarchyEnds.add(sourceId).add(targetId)
    }
  }
  return {
    entityIds: [...entityIds],
    relationships: [...relationships.values()],
    hierarchyEnds: [...hierarchyEnds],
    writesComponents,
    registeredTypes: [...registeredTypes],
  }
}

const needsTypes = (command: Command): boolean =>
  command.kind.endsWith('-component') ||
  command.kind === 'register-component-type' ||
  ('entity' in command && command.entity.components !== undefined)

/**
 * Adds to what is touched all entities that have one of the registered types.
 *
 * @returns the types that more have than one request may upgrade
 */
export const touchHolders = async (
  client: pg.ClientBase,
  worldId: string,
  touched: Touched,
): Promise<Set<string>> => {
  const crowded = new Set<string>()
  if (touched.registeredTypes.length === 0) return crowded
  const ids = new Set(touched.entityIds)
  for (const [type, holders] of await findHolders(client, worldId, touched.registeredTypes)) {
    if (holders.length > upgradeLimit) crowded.add(type)
    else for (const id of holders) ids.add(id)
  }
  touched.entityIds = [...ids]
  return crowded
}

interface EntityRow extends EntityColumns {
  from_seq: number
  created_at: Date
  updated_at: Date
  activity: number
  position_seq: number
  components: Record<string, { data: JsonObject; seq: number }> | null
}

const selectEntities = `
  SELECT e.entity_id, e.name, e.class_type, e.tags, e.x, e.y, e.z, e.from_seq, e.created_at, e.updated_at,
    e.activity, e.position_seq, c.components
  FROM entities e
  LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(component_type, jsonb_build_object('data', data, 'seq', from_seq)) AS components
    FROM components WHERE world_id = e.world_id AND entity_id = e.entity_id
  ) c ON true
  WHERE e.world_id = $1 AND e.entity_id = ANY ($2::text[])`

const loadEntities = async (
  client: pg.ClientBase,
  worldId: string,
  ids: string[],
): Promise<WorkingSet['entities']> => {
  const entities: WorkingSet['entities'] = new Map(ids.map((id) => [id, null]))
  if (ids.length === 0) return entities
  const { rows } = await client.query<EntityRow>(prepared(selectEntities, [worldId, textArray(ids)]))
  for (const row of rows) entities.set(row.entity_id, entityState(row))
  return entities
}

const entityState = (row: EntityRow): EntityState => {
  const data: Record<string, JsonObject> = {}
  const componentSeqs: EntityState['componentSeqs'] = {}
  for (const [type, component] of Object.entries(row.components ?? {})) {
    data[type] = component.data
    componentSeqs[type] = component.seq
  }
  return {
    entity: entityFrom(row, data),
    fromSeq: row.from_seq,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    componentSeqs,
    activity: row.activity,
    positionSeq: row.position_seq,
  }
}

/** A row of `relationships`, or of its history, as every read selects it. */
export interface RelationshipRow {
  source_id: string
  target_id: string
  type: string
  strength: number
  label: string | null
  data: JsonObject
  from_seq: number
}

const selectRelationships = `
  SELECT r.source_id, r.target_id, r.type, r.strength, r.label, r.data, r.from_seq
  FROM unnest($2::text[], $3::text[], $4::text[]) AS k (source_id, target_id, type)
  JOIN relationships r ON r.world_id = $1 AND r.source_id = k.source_id AND r.target_id = k.target_id AND r.type = k.type`

const loadRelationships = async (
  client: pg.ClientBase,
  worldId: string,
  keys: RelationshipKey[],
): Promise<WorkingSet['relationships']> => {
  const found: WorkingSet['relationships'] = new Map(keys.map((key) => [relationshipKey(key), null]))
  if (keys.length === 0) return found
  const columns = [
    keys.map((key) => key.sourceId),
    keys.map((key) => key.targetId),
    keys.map((key) => key.type),
  ]
  const { rows } = await client.query<RelationshipRow>(
    prepared(selectRelationships, [worldId, ...columns.map(textArray)]),
  )
  for (const row of rows) {
    const state = { relationship: relationshipFrom(row), fromSeq: row.from_seq } satisfies RelationshipState
    found.set(relationshipKey(state.relationship), state)
  }
  return found
}

export const relationshipFrom = (row: Omit<RelationshipRow, 'from_seq'>): Relationship => ({
  sourceId: row.source_id,
  targetId: row.target_id,
  type: row.type,
  strength: row.strength,
  label: row.label,
  data: row.data,
})

const selectParents = `
  WITH RECURSIVE up (child, parent) AS (
    SELECT target_id, source_id FROM relationships
    WHERE world_id = $1 AND type = 'hierarchy' AND target_id = ANY ($2::text[])
    UNION
    SELECT r.target_id, r.source_id FROM up
    JOIN relationships r ON r.world_id = $1 AND r.type = 'hierarchy' AND r.target_id = up.parent
  )
  SELECT child, parent FROM up`

const loadParents = async (
  client: pg.ClientBase,
  worldId: string,
  ends: string[],
): Promise<WorkingSet['parents']> => {
  const parents: WorkingSet['parents'] = new Map()
  if (ends.length === 0) return parents
  const { rows } = await client.query<{ child: string; parent: string }>(
    prepared(selectParents, [worldId, textArray(ends)]),
  )
  for (const { child, parent } of rows) parents.set(child, parent)
  return parents
}

const selectOutcomes = `
  SELECT request_id, outcome FROM requests WHERE tenant_id = $1 AND world = $2 AND request_id = ANY ($3::text[])`

/** The outcomes of those requests that were applied or refused before. */
export const loadOutcomes = async (
  client: pg.ClientBase,
  tenantId: string,
  world: string,
  requestIds: string[],
): Promise<Map<string, WriteOutcome>> => {
  const { rows } = await client.query<{ request_id: string; outcome: WriteOutcome }>(
    prepared(selectOutcomes, [tenantId, world, textArray(requestIds)]),
  )
  return new Map(rows.map((row) => [row.request_id, row.outcome]))
}

/** Sends the reads of all that is touched at once (they wait in line on the connection). */
export const loadTouched = (
  client: pg.ClientBase,
  worldId: string,
  touched: Touched,
): Promise<
  [WorkingSet['entities'], WorkingSet['relationships'], WorkingSet['parents'], WorkingSet['componentTypes']]
> =>
  Promise.all([
    loadEntities(client, worldId, touched.entityIds),
    loadRelationships(client, worldId, touched.relationships),
    loadParents(client, worldId, touched.hierarchyEnds),
    touched.writesComponents
      ? loadTypes(client, worldId, touched.registeredTypes.length > 0)
      : new Map<string, never>(),
  ])
