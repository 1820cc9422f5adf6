import type { ChronicleCommand } from '#chronicle/commands'
import { quantaPerUnit, toQuanta } from '#ledger/quanta'
import { entityChanges, keyChanges, relationshipChanges } from './changes.ts'
import type { Command, Refusal } from './commands.ts'
import { mergeComponent, refuseComponent, removeComponent, setComponent } from './decide-component.ts'
import { decideExpect } from './decide-expect.ts'
import { registerType } from './decide-type.ts'
import { type Decision, entityNotFound, entityUpdated, made, nothing, type Refused } from './decision.ts'
import type { Entity, JsonObject, Relationship, RelationshipKey } from './event.ts'
import { isEmptyObject } from './json.ts'
import { changeSettings } from './settings.ts'
import { relationshipKey, type WorkingSet } from './working-set.ts'

/**
 * The pure decision of every command but `take-snapshot` and those of chronicles: reads the working set, changes nothing. The
 * working set must hold what `touchedBy` names.
 */
export const decide = (
  set: WorkingSet,
  command: Exclude<Command, { kind: 'take-snapshot' | ChronicleCommand['kind'] }>,
): Decision => {
  switch (command.kind) {
    case 'put-entity':
      return putEntity(set, command.entity)
    case 'create-entity':
      return set.entities.get(command.entity.id)
        ? entityExists(command.entity.id)
        : putEntity(set, command.entity)
    case 'delete-entity':
      return set.entities.get(command.entityId)
        ? made({ type: 'entity.deleted.v1', entityId: command.entityId, data: {} })
        : entityNotFound(command.entityId)
    case 'set-parameter':
      return setParameter(set, command)
    case 'add-activity':
      return addActivity(set, command.entityId, command.quanta)
    case 'move-entity':
      return moveEntity(set, command.entityId, command.position)
    case 'put-relationship':
      return putRelationship(set, command.relationship)
    case 'delete-relationship':
      return deleteRelationship(set, command.relationship)
    case 'change-settings':
      return decideSettings(set, command.settings)
    case 'set-component':
      return setComponent(set, command)
    case 'merge-component':
      return mergeComponent(set, command)
    case 'remove-component':
      return removeComponent(set, command)
    case 'expect':
      return decideExpect(set, command)
    case 'register-component-type':
      return registerType(set, command)
  }
}

const putEntity = (set: WorkingSet, wanted: Entity): Decision => {
  for (const [type, data] of Object.entries(wanted.components ?? {})) {
    const refused = refuseComponent(set, wanted.id, type, data)
    if (refused !== undefined) return within(`components.${type}`, refused)
  }
  const { components, ...rest } = wanted
  const current = set.entities.get(wanted.id)?.entity
  // an engine that knows nothing of components leaves them as they are
  const kept = components ?? current?.components
  const entity: Entity = kept === undefined || isEmptyObject(kept) ? rest : { ...rest, components: kept }
  if (current === undefined) return made({ type: 'entity.created.v1', entityId: entity.id, data: { entity } })
  return entityUpdated(entity.id, entityChanges(current, entity))
}

/** The same refusal where the component is one of several. */
const within = (path: string, { refusal }: Refused): Refused => {
  const { data } = refusal
  if (typeof data.path !== 'string') return { refusal }
  return {
    refusal: { ...refusal, data: { ...data, path: data.path === '' ? path : `${path}.${data.path}` } },
  }
}

const setParameter = (
  set: WorkingSet,
  { entityId, name, value, always = false, rampTicks = 0 }: Extract<Command, { kind: 'set-parameter' }>,
): Decision => {
  const current = set.entities.get(entityId)
  if (!current) return entityNotFound(entityId)
  const before = current.entity.parameters
  const changes = keyChanges(entityId, 'parameters', before, { ...before, [name]: value })
  if (always && changes.length === 0)
    changes.push({ entityId, field: `parameters.${name}`, oldValue: value, newValue: value })
  if (rampTicks === 0) return entityUpdated(entityId, changes)
  return made({ type: 'entity.updated.v1', entityId, data: { changes, ramp: { ticks: rampTicks } } })
}

const addActivity = (set: WorkingSet, entityId: string, quanta: number): Decision => {
  const current = set.entities.get(entityId)
  if (!current) return nothing
  const before = current.entity.parameters
  const activity = Math.min(Math.max(toQuanta(current.activity) + quanta, 0) / quantaPerUnit, 1e9)
  return entityUpdated(entityId, keyChanges(entityId, 'parameters', before, { ...before, activity }))
}

/** `move` always is an event: the body may have drifted from the position that was last written. */
const moveEntity = (set: WorkingSet, entityId: string, position: Entity['position']): Decision => {
  const current = set.entities.get(entityId)
  if (!current) return entityNotFound(entityId)
  const changes = entityChanges(current.entity, { ...current.entity, position })
  return made({ type: 'entity.moved.v1', entityId, data: { position, changes } })
}

const putRelationship = (set: WorkingSet, relationship: Relationship): Decision => {
  const { sourceId, targetId, type } = relationship
  const current = set.relationships.get(relationshipKey(relationship))
  if (current) {
    const changes = relationshipChanges(current.relationship, relationship)
    if (changes.length === 0) return nothing
    const data = { relationship: { sourceId, targetId, type }, changes }
    return made({ type: 'relationship.updated.v1', entityId: sourceId, data })
  }
  const refusal = type === 'hierarchy' ? refuseParent(set, sourceId, targetId) : undefined
  return refusal
    ? { refusal }
    : made({ type: 'relationship.created.v1', entityId: sourceId, data: { relationship } })
}

/**
 * The forest: one parent at most, no cycle. Edges whose ends do not exist yet count as well, so that an
 * entity which arrives later can never break it.
 */
const refuseParent = (
  set: WorkingSet,
  parent: string,
  child: string,
): Omit<Refusal, 'commandIndex'> | undefined => {
  const data = { sourceId: parent, targetId: child }
  if (parent === child) {
    return {
      code: 'self-parent',
      detail: `'${parent}' cannot be its own parent (source and target are both '${child}')`,
      data,
    }
  }
  const existing = set.parents.get(child)
  if (existing != null) {
    return {
      code: 'second-parent',
      detail: `'${child}' already has the parent '${existing}', so '${parent}' cannot become its parent; delete that relationship first`,
      data: { ...data, existingParentId: existing },
    }
  }
  for (let above: string | null | undefined = parent; above != null; above = set.parents.get(above)) {
    if (above === child) {
      return {
        code: 'hierarchy-cycle',
        detail: `'${parent}' cannot become the parent of '${child}': '${child}' is above '${parent}' already`,
        data,
      }
    }
  }
  return undefined
}

const deleteRelationship = (set: WorkingSet, key: RelationshipKey): Decision => {
  if (!set.relationships.get(relationshipKey(key))) {
    const { sourceId, targetId, type } = key
    const detail = `there is no relationship of type '${type}' from '${sourceId}' to '${targetId}'`
    return { refusal: { code: 'relationship-not-found', detail, data: { ...key } } }
  }
  return made({ type: 'relationship.deleted.v1', entityId: key.sourceId, data: { relationship: key } })
}

const decideSettings = (set: WorkingSet, wanted: JsonObject): Decision => {
  const changes = changeSettings(set.settings, wanted)
  if ('problem' in changes)
    return { refusal: { code: 'invalid-settings', detail: changes.problem, data: {} } }
  return changes.length === 0
    ? nothing
    : made({ type: 'world.settings_changed.v1', entityId: null, data: { changes } })
}

const entityExists = (entityId: string): Decision => ({
  refusal: {
    code: 'entity-exists',
    detail: `there is an entity '${entityId}' in this world already`,
    data: { entityId },
  },
})
