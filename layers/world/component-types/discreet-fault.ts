import type { Json, JsonObject } from '../event.ts'
import type { SchemaFault } from './json-schema.ts'

/**
 * The fault of data of a sensitive type, in words of the schema alone: names of fields that the schema does not have
 * are the data's own, and are left out.
 */
export const discreetFault = (schema: JsonObject, { path, message }: SchemaFault): SchemaFault => ({
  path: knownPart(schema, path === '' ? [] : path.split('.')).join('.'),
  message: message.startsWith('must not have the field ') ? 'must not have a field beside these' : message,
})

/** The path as far as the schema names its fields; indexes of arrays are no secret. */
const knownPart = (schema: Json | undefined, path: string[]): string[] => {
  const [name, ...rest] = path
  if (name === undefined || !isObject(schema)) return []
  if (/^\d+$/.test(name) && isObject(schema.items)) return [name, ...knownPart(schema.items, rest)]
  const { properties } = schema
  return isObject(properties) && Object.hasOwn(properties, name)
    ? [name, ...knownPart(properties[name], rest)]
    : []
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
