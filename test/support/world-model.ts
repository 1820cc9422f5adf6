import type { Command } from '#world/commands'
import type { Entity, JsonObject, Relationship } from '#world/event'

/** What a world is, in the plainest terms: two maps. Immutable, so that every past one can be kept. */
export interface WorldModel {
  entities: ReadonlyMap<string, Entity>
  relationships: ReadonlyMap<string, Relationship>
}

export const emptyModel: WorldModel = { entities: new Map(), relationships: new Map() }

export const keyOf = ({
  sourceId,
  targetId,
  type,
}: {
  sourceId: string
  targetId: string
  type: string
}): string => JSON.stringify([sourceId, targetId, type])

/** The world after the command, the same object where nothing changes, or the refusal's code. */
export const applyToModel = (model: WorldModel, command: Command): WorldModel | string => {
  switch (command.kind) {
    case 'put-entity': {
      const { components = model.entities.get(command.entity.id)?.components, ...rest } = command.entity
      return withHealth(model, rest, components?.Health)
    }
    case 'set-component': {
      const entity = model.entities.get(command.entityId)
      if (!entity) return 'entity-not-found'
      return 'current' in command.data ? withHealth(model, entity, command.data) : 'invalid-component'
    }
    case 'merge-component': {
      const entity = model.entities.get(command.entityId)
      if (!entity) return 'entity-not-found'
      const { max, ...rest } = { ...entity.components?.Health, ...command.patch }
      const merged = max === null || max === undefined ? rest : { ...rest, max }
      return 'current' in merged ? withHealth(model, entity, merged) : 'invalid-component'
    }
    case 'remove-component': {
      const entity = model.entities.get(command.entityId)
      return entity ? withHealth(model, entity, undefined) : 'entity-not-found'
    }
    case 'set-parameter': {
      const entity = model.entities.get(command.entityId)
      if (!entity) return 'entity-not-found'
      return withEntity(model, {
        ...entity,
        parameters: { ...entity.parameters, [command.name]: command.value },
      })
    }
    case 'move-entity': {
      const entity = model.entities.get(command.entityId)
      // a move is an event even where the position stays
      return entity ? { ...withEntity(model, { ...entity, position: command.position }) } : 'entity-not-found'
    }
    case 'delete-entity': {
      if (!model.entities.has(command.entityId)) return 'entity-not-found'
      return { ...model, entities: without(model.entities, command.entityId) }
    }
    case 'put-relationship':
      return withRelationship(model, command.relationship)
    case 'delete-relationship': {
      const key = keyOf(command.relationship)
      return model.relationships.has(key)
        ? { ...model, relationships: without(model.relationships, key) }
        : 'relationship-not-found'
    }
    default:
      throw new Error(`the model has no ${command.kind}`)
  }
}

const withEntity = (model: WorldModel, entity: Entity): WorldModel =>
  same(model.entities.get(entity.id), entity)
    ? model
    : { ...model, entities: new Map(model.entities).set(entity.id, entity) }

/** The one component that the commands of the test write; an entity without any has no field for them. */
const withHealth = (
  model: WorldModel,
  { components: _, ...entity }: Entity,
  health: JsonObject | undefined,
): WorldModel =>
  withEntity(model, health === undefined ? entity : { ...entity, components: { Health: health } })

const withRelationship = (model: WorldModel, relationship: Relationship): WorldModel | string => {
  const key = keyOf(relationship)
  const existing = model.relationships.get(key)
  if (same(existing, relationship)) return model
  if (!existing && relationship.type === 'hierarchy') {
    const { sourceId, targetId } = relationship
    const parentOf = (id: string) =>
      [...model.relationships.values()].find((r) => r.type === 'hierarchy' && r.targetId === id)?.sourceId
    if (sourceId === targetId) return 'self-parent'
    if (parentOf(targetId) !== undefined) return 'second-parent'
    for (let above: string | undefined = sourceId; above !== undefined; above = parentOf(above)) {
      if (above === targetId) return 'hierarchy-cycle'
    }
  }
  return { ...model, relationships: new Map(model.relationships).set(key, relationship) }
}

const without = <V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> => {
  const next = new Map(map)
  next.delete(key)
  return next
}

/** JSON text with keys in order: the same for equal values. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const same = (a: unknown, b: unknown): boolean => a !== undefined && canonical(a) === canonical(b)
