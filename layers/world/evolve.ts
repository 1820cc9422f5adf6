import { bodyTraits, traitAfter } from './body.ts'
import type { ComponentTypeDefinition } from './component-types/definition.ts'
import { componentOf, componentTypesOf } from './components.ts'
import type { Change, Entity, JsonObject, Relationship, WorldEvent } from './event.ts'
import { isEmptyObject, jsonEqual } from './json.ts'
import { applySettings } from './settings.ts'
import { assign, type EntityState, push, put, relationshipKey, type WorkingSet } from './working-set.ts'

/** Applies an event to the working set: the state after it, and what it superseded. */
export const evolve = (set: WorkingSet, event: WorldEvent): void => {
  put(set, { seq: event.seq })
  push(set, set.events, event)
  switch (event.type) {
    case 'world.created.v1':
    case 'world.forked.v1':
      return
    case 'world.settings_changed.v1':
      return put(set, { settings: applySettings(set.settings, event.data.changes) })
    case 'entity.created.v1':
      return createEntity(set, event.data.entity, event)
    case 'entity.updated.v1':
      updateEntity(set, event.entityId!, event.data.changes, event)
      if (event.data.ramp !== undefined && set.entities.get(event.entityId!)!.activity === 0)
        put(set, { rampSeq: event.seq })
      return
    case 'entity.moved.v1':
      return updateEntity(set, event.entityId!, event.data.changes, event)
    case 'entity.deleted.v1':
      return deleteEntity(set, event.entityId!, event)
    case 'component_type.registered.v1':
      return registerType(set, event.data.definition, event.seq)
    case 'relationship.created.v1':
      return createRelationship(set, event.data.relationship, event.seq)
    case 'relationship.updated.v1': {
      const key = relationshipKey(event.data.relationship)
      const { relationship } = set.relationships.get(key)!
      return replaceRelationship(set, key, applyChanges(relationship, event.data.changes), event.seq)
    }
    case 'relationship.deleted.v1':
      return deleteRelationship(set, relationshipKey(event.data.relationship), event.seq)
  }
}

/** `object` with the changes applied; fields are `name` or `group.key`, where the key may hold dots. */
export const applyChanges = <T extends Entity | Relationship>(object: T, changes: Change[]): T => {
  const next = { ...object } as unknown as JsonObject
  for (const { field, newValue } of changes) {
    const dot = field.indexOf('.')
    if (dot === -1) next[field] = newValue ?? null
    else {
      const group = field.slice(0, dot)
      const { [field.slice(dot + 1)]: _, ...rest } = (next[group] ?? {}) as JsonObject
      next[group] = newValue === undefined ? rest : { ...rest, [field.slice(dot + 1)]: newValue }
    }
  }
  if (next.components !== undefined && isEmptyObject(next.components as JsonObject)) delete next.components
  return next as unknown as T
}

const createEntity = (set: WorkingSet, entity: Entity, { seq, occurredAt }: WorldEvent): void => {
  const componentSeqs: EntityState['componentSeqs'] = {}
  for (const type of componentTypesOf(entity)) componentSeqs[type] = seq
  const at = new Date(occurredAt)
  const traits = bodyTraits(entity.parameters, set.settings.physics)
  const { activity } = traits
  assign(set, set.entities, entity.id, {
    ...{ entity, fromSeq: seq, positionSeq: seq, createdAt: at, updatedAt: at },
    ...{ componentSeqs, activity },
  })
  assign(set, set.createdBodies, entity.id, { position: entity.position, traits })
  countActive(set, 0, activity)
  put(set, { entityCount: set.entityCount + 1 })
}

const updateEntity = (
  set: WorkingSet,
  id: string,
  changes: Change[],
  { type, seq, occurredAt }: WorldEvent,
): void => {
  const state = set.entities.get(id)!
  const entity = applyChanges(state.entity, changes)
  const componentSeqs = supersedeComponents(set, state, entity, seq)
  const activity = activityAfter(set, state.activity, changes)
  // a move puts a body that drifted away back to the position that was last written, which changes nothing here
  const isPlaced = type === 'entity.moved.v1' || changes.some(({ field }) => field === 'position')
  push(set, set.supersededEntities, { state, toSeq: seq })
  assign(set, set.entities, id, {
    ...state,
    entity,
    fromSeq: seq,
    updatedAt: new Date(occurredAt),
    ...{ componentSeqs, activity, positionSeq: isPlaced ? seq : state.positionSeq },
  })
  countActive(set, state.activity, activity)
  markBodyChange(set, seq)
}

/** As the physics will apply the changes: a parameter that is not among them leaves the activity as it is. */
const activityAfter = ({ settings }: WorkingSet, activity: number, changes: Change[]): number => {
  const change = changes.find(({ field }) => field === 'parameters.activity')
  return change === undefined ? activity : traitAfter('activity', change.newValue, settings.physics)
}

const countActive = (set: WorkingSet, before: number, after: number): void => {
  const more = Number(after > 0) - Number(before > 0)
  if (more !== 0) put(set, { activeBodies: set.activeBodies + more })
}

const deleteEntity = (set: WorkingSet, id: string, { seq }: WorldEvent): void => {
  const state = set.entities.get(id)!
  supersedeComponents(set, state, undefined, seq)
  push(set, set.supersededEntities, { state, toSeq: seq })
  assign(set, set.entities, id, null)
  if (set.createdBodies.has(id)) assign(set, set.createdBodies, id, null)
  put(set, { entityCount: set.entityCount - 1 })
  countActive(set, state.activity, 0)
  markBodyChange(set, seq)
}

/** Puts the components that `after` no longer has as they are into history; answers the seqs of the new ones. */
const supersedeComponents = (set: WorkingSet, state: EntityState, after: Entity | undefined, seq: number) => {
  const componentSeqs: EntityState['componentSeqs'] = {}
  const types = new Set(componentTypesOf(state.entity))
  if (after !== undefined) for (const type of componentTypesOf(after)) types.add(type)
  for (const type of types) {
    const before = componentOf(state.entity, type)
    const next = after && componentOf(after, type)
    if (jsonEqual(before, next)) {
      if (before !== undefined) componentSeqs[type] = state.componentSeqs[type]!
      continue
    }
    if (next !== undefined) componentSeqs[type] = seq
    if (before === undefined) continue
    const fromSeq = state.componentSeqs[type]!
    push(set, set.supersededComponents, {
      entityId: state.entity.id,
      type,
      data: before,
      fromSeq,
      toSeq: seq,
    })
  }
  return componentSeqs
}

const markBodyChange = (set: WorkingSet, seq: number): void => {
  if (set.firstBodyChangeSeq === null) put(set, { firstBodyChangeSeq: seq })
}

const registerType = (set: WorkingSet, definition: ComponentTypeDefinition, seq: number): void => {
  const before = set.componentTypes.get(definition.type)
  if (before !== undefined) push(set, set.supersededTypes, { state: before, toSeq: seq })
  assign(set, set.componentTypes, definition.type, { definition, fromSeq: seq })
}

const createRelationship = (set: WorkingSet, relationship: Relationship, seq: number): void => {
  assign(set, set.relationships, relationshipKey(relationship), { relationship, fromSeq: seq })
  if (relationship.type === 'hierarchy')
    assign(set, set.parents, relationship.targetId, relationship.sourceId)
  put(set, { relationshipCount: set.relationshipCount + 1 })
}

const replaceRelationship = (set: WorkingSet, key: string, relationship: Relationship, seq: number): void => {
  push(set, set.supersededRelationships, { state: set.relationships.get(key)!, toSeq: seq })
  assign(set, set.relationships, key, { relationship, fromSeq: seq })
}

const deleteRelationship = (set: WorkingSet, key: string, seq: number): void => {
  const state = set.relationships.get(key)!
  push(set, set.supersededRelationships, { state, toSeq: seq })
  assign(set, set.relationships, key, null)
  if (state.relationship.type === 'hierarchy') assign(set, set.parents, state.relationship.targetId, null)
  put(set, { relationshipCount: set.relationshipCount - 1 })
}
