import type { Entity, JsonObject } from './event.ts'
import { isEmptyObject } from './json.ts'

/** The components that the fields of an entity are kept in; one that holds only defaults has no row. */
const fieldComponents = ['Extra', 'Parameters', 'Transform'] as const
type FieldComponent = (typeof fieldComponents)[number]

const isFieldComponent = (type: string): type is FieldComponent =>
  (fieldComponents as readonly string[]).includes(type)

export const defaultRotation: Entity['rotation'] = [0, 0, 0, 1]
export const defaultScale: Entity['scale'] = [1, 1, 1]

/** The data of one component of the entity, or undefined where it has none, or only defaults. */
export const componentOf = (entity: Entity, type: string): JsonObject | undefined => {
  if (type === 'Transform') return transformOf(entity)
  if (!isFieldComponent(type)) return ownValue(entity.components, type)
  const data = type === 'Parameters' ? entity.parameters : entity.extra
  return isEmptyObject(data) ? undefined : data
}

const ownValue = (components: Entity['components'], type: string): JsonObject | undefined =>
  components !== undefined && Object.hasOwn(components, type) ? components[type] : undefined

const transformOf = ({ rotation, scale }: Entity): JsonObject | undefined => {
  const isDefault =
    rotation.every((value, axis) => value === defaultRotation[axis]) &&
    scale.every((value, axis) => value === defaultScale[axis])
  return isDefault ? undefined : { rotation, scale }
}

/** Types of the components that the entity has rows of, in order. */
export const componentTypesOf = (entity: Entity): string[] => {
  const ofFields = fieldComponents.filter((type) => componentOf(entity, type) !== undefined)
  return entity.components === undefined ? ofFields : [...ofFields, ...Object.keys(entity.components)].sort()
}

/** The signature of which components the entity has: their types in order, joined by `+`. */
export const archetypeOf = (entity: Entity): string => componentTypesOf(entity).join('+')

/** The columns of an entity's row that every read selects. */
export interface EntityColumns {
  entity_id: string
  name: string
  class_type: string
  tags: string[]
  x: number
  y: number
  z: number
}

/** An entity from its row and its components by type. */
export const entityFrom = (row: EntityColumns, components: Partial<Record<string, JsonObject>>): Entity => {
  const { Transform, Parameters = {}, Extra = {}, ...registered } = components
  const transform = Transform as { rotation: Entity['rotation']; scale: Entity['scale'] } | undefined
  return {
    id: row.entity_id,
    name: row.name,
    classType: row.class_type,
    position: [row.x, row.y, row.z],
    rotation: transform?.rotation ?? defaultRotation,
    scale: transform?.scale ?? defaultScale,
    tags: row.tags,
    parameters: Parameters,
    extra: Extra,
    ...(Object.keys(registered).length > 0 && { components: registered as Record<string, JsonObject> }),
  }
}
