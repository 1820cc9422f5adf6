import type { Command } from '#world/commands'
import { isSealed } from '#world/component-types/sealed'
import { defaultRotation, defaultScale } from '#world/components'
import type { Entity, Json, JsonObject, Relationship } from '#world/event'
import { jsonEqual } from '#world/json'
import type { Derived } from './derived.ts'
import type { Target } from './effect.ts'
import type { WantedEntity } from './fold-entity.ts'

/** One field of an entity or relationship that is not as the chronicles have it. */
export interface Difference {
  /** Of the entity, or of the relationship's source. */
  entityId: string
  /** Of a relationship: its other end and type. */
  relationship?: { targetId: string; type: string }
  /** `exists`, `name`, `classType`, `position`, `components.Health`, `strength`. */
  field: string
  expected: Json
  found: Json
}

/** A target as the chronicles have it and as the world has it. */
export interface Compared {
  target: Target
  /** What the projection had made of it; what is in there and no longer wanted is taken away. */
  before: Derived
  wanted: Derived
  found: Entity | Relationship | null
  /** Whether the projection made it: only then is it named, and deleted. */
  isCreated: boolean
}

/** What would have to change, and the commands that do it: pure. */
export const compare = (compared: Compared): { commands: Command[]; differences: Difference[] } => {
  const { target } = compared
  const changes =
    target.kind === 'entity'
      ? entityChanges(compared, target.entityId)
      : relationshipChanges(compared as RelationshipCompared)
  return {
    commands: changes.flatMap(({ command }) => command ?? []),
    differences: changes.map(({ field, expected, found }) => ({
      ...nameOf(target),
      ...{ field, expected, found },
    })),
  }
}

const nameOf = (target: Target): Pick<Difference, 'entityId' | 'relationship'> =>
  target.kind === 'entity'
    ? { entityId: target.entityId }
    : { entityId: target.sourceId, relationship: { targetId: target.targetId, type: target.type } }

interface FieldChange {
  field: string
  expected: Json
  found: Json
  command: Command | null
}

const entityChanges = (compared: Compared, entityId: string): FieldChange[] => {
  const before = compared.before as WantedEntity | null
  const wanted = compared.wanted as WantedEntity | null
  const found = compared.found as Entity | null
  if (wanted === null) return unwantedChanges(entityId, before, found, compared.isCreated)
  if (found === null) {
    const command: Command = { kind: 'put-entity', entity: newEntity(entityId, wanted) }
    return [{ field: 'exists', expected: true, found: false, command }]
  }
  return [
    ...(compared.isCreated ? identityChanges(wanted, found) : []),
    ...positionChanges(positionOf(before, wanted, compared.isCreated), found),
    ...componentChanges(before, wanted, found),
  ]
}

const newEntity = (id: string, { name, classType, position, components }: WantedEntity): Entity => ({
  ...{ id, name, classType, position: position ?? [0, 0, 0] },
  ...{ rotation: defaultRotation, scale: defaultScale, tags: [], parameters: {}, extra: {} },
  ...(Object.keys(components).length === 0 ? {} : { components }),
})

const unwantedChanges = (
  entityId: string,
  before: WantedEntity | null,
  found: Entity | null,
  isCreated: boolean,
): FieldChange[] => {
  if (found === null) return []
  if (isCreated)
    return [{ field: 'exists', expected: false, found: true, command: { kind: 'delete-entity', entityId } }]
  return removedComponents(entityId, Object.keys(before?.components ?? {}), found)
}

const identityChanges = ({ name, classType }: WantedEntity, found: Entity): FieldChange[] => {
  const changes: FieldChange[] = []
  if (found.name !== name)
    changes.push({
      ...{ field: 'name', expected: name, found: found.name },
      command: { kind: 'set-component', entityId: found.id, type: 'Name', data: { value: name } },
    })
  if (found.classType !== classType) {
    const { components: _, ...rest } = found
    changes.push({
      ...{ field: 'classType', expected: classType, found: found.classType },
      command: { kind: 'put-entity', entity: { ...rest, name, classType } },
    })
  }
  return changes
}

/** An entity always has a position: one that was made for the story goes back to the origin. */
const positionOf = (
  before: WantedEntity | null,
  { position }: WantedEntity,
  isCreated: boolean,
): WantedEntity['position'] =>
  position ?? (isCreated && before !== null && before.position !== null ? [0, 0, 0] : null)

const positionChanges = (position: WantedEntity['position'], found: Entity): FieldChange[] => {
  if (position === null || jsonEqual(position, found.position)) return []
  const [x, y, z] = position
  return [
    {
      ...{ field: 'position', expected: position, found: found.position },
      command: { kind: 'set-component', entityId: found.id, type: 'Position', data: { x, y, z } },
    },
  ]
}

const componentChanges = (
  before: WantedEntity | null,
  wanted: WantedEntity,
  found: Entity,
): FieldChange[] => {
  const changed = Object.entries(wanted.components).flatMap(([type, data]): FieldChange[] =>
    jsonEqual(data, found.components?.[type]) || isSealedIn(found, type)
      ? []
      : [
          {
            ...{ field: `components.${type}`, expected: data, found: found.components?.[type] ?? null },
            command: { kind: 'set-component', entityId: found.id, type, data },
          },
        ],
  )
  const gone = Object.keys(before?.components ?? {}).filter((type) => !Object.hasOwn(wanted.components, type))
  return [...changed, ...removedComponents(found.id, gone, found)]
}

const removedComponents = (entityId: string, types: readonly string[], found: Entity): FieldChange[] =>
  types.flatMap((type): FieldChange[] => {
    const data: JsonObject | undefined = found.components?.[type]
    return data === undefined || isSealed(data)
      ? []
      : [
          {
            ...{ field: `components.${type}`, expected: null, found: data },
            command: { kind: 'remove-component', entityId, type },
          },
        ]
  })

/** What is sensitive nobody but its writer wrote: it is no matter of chronicles, and is never shown. */
const isSealedIn = ({ components }: Entity, type: string): boolean => {
  const data = components?.[type]
  return data !== undefined && isSealed(data)
}

type RelationshipCompared = Compared & { target: Extract<Target, { kind: 'relationship' }> }

const relationshipChanges = ({ target, wanted, found, isCreated }: RelationshipCompared): FieldChange[] => {
  const { sourceId, targetId, type } = target
  const current = found as Relationship | null
  const strength = (wanted as { strength: number } | null)?.strength
  if (strength === undefined) {
    if (current === null || !isCreated) return []
    const command: Command = { kind: 'delete-relationship', relationship: { sourceId, targetId, type } }
    return [{ field: 'exists', expected: false, found: true, command }]
  }
  const kept = current ?? { label: null, data: {} }
  const command: Command = {
    kind: 'put-relationship',
    relationship: { sourceId, targetId, type, strength, label: kept.label, data: kept.data },
  }
  if (current === null) return [{ field: 'exists', expected: true, found: false, command }]
  return current.strength === strength
    ? []
    : [{ field: 'strength', expected: strength, found: current.strength, command }]
}
