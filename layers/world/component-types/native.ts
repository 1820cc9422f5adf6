import * as z from 'zod'
import type { Entity, JsonObject } from '../event.ts'
import { coordinateSchema, nameSchema } from '../schemas.ts'
import type { NativeType } from './builtin.ts'
import type { SchemaFault } from './json-schema.ts'

const schemas = {
  Position: z.strictObject({ x: coordinateSchema, y: coordinateSchema, z: coordinateSchema }),
  Name: z.strictObject({ value: nameSchema }),
}

/** What an entity's own columns say, as a component. */
export const nativeData = (entity: Entity, type: NativeType): JsonObject => {
  if (type === 'Name') return { value: entity.name }
  const [x, y, z] = entity.position
  return { x, y, z }
}

/** The entity with that component, or what is wrong with it. */
export const withNative = (entity: Entity, type: NativeType, data: JsonObject): Entity | SchemaFault => {
  const parsed = schemas[type].safeParse(data)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    return { path: path.join('.'), message }
  }
  if ('value' in parsed.data) return { ...entity, name: parsed.data.value }
  const { x, y, z } = parsed.data
  return { ...entity, position: [x, y, z] }
}
