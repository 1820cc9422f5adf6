import type { Entity, JsonObject } from './event.ts'
import { isEmptyObject } from './json.ts'

/** The components that a plain entity is kept in; one that holds only defaults has no row. */
export const componentTypes = ['Extra', 'Parameters', 'Transform'] as const
export type ComponentType = (typeof componentTypes)[number]

export const defaultRotation: Entity['rotation'] = [0, 0, 0, 1]
export const defaultScale: Entity['scale'] = [1, 1, 1]

/** The data of one component of the entity, or undefined where it holds only defaults. */
export const componentOf = (entity: Entity, type: ComponentType): JsonObject | undefined => {
  if (type === 'Transform') return transformOf(entity)
  const data = type === 'Parameters' ? entity.parameters : entity.extra
  return isEmptyObject(data) ? undefined : data
}

const transformOf = ({ rotation, scale }: Entity): JsonObject | undefined => {
  const isDefault =
    rotation.every((value, axis) => value === defaultRotation[axis]) &&
    scale.every((value, axis) => value === defaultScale[axis])
  return isDefault ? undefined : { rotation, scale }
}

/** The signature of which components the entity has: their types in order, joined by `+`. */
export const archetypeOf = (entity: Entity): string =>
  componentTypes.filter((type) => componentOf(entity, type) !== undefined).join('+')

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
  const transform = components.Transform as
    | { rotation: Entity['rotation']; scale: Entity['scale'] }
    | undefined
  return {
    id: row.entity_id,
    name: row.name,
    classType: row.class_type,
    position: [row.x, row.y, row.z],
    rotation: transform?.rotation ?? defaultRotation,
    scale: transform?.scale ?? defaultScale,
    tags: row.tags,
    parameters: components.Parameters ?? {},
    extra: components.Extra ?? {},
  }
}
