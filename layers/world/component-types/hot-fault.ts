import type { Json, JsonObject } from '../event.ts'
import type { ComponentTypeDefinition } from './definition.ts'
import type { SchemaFault } from './json-schema.ts'

/** Characters of a hot text: an entry of a B-tree has room for some 2,700 bytes, and a character has up to four. */
const hotTextLimit = 256

/** Why fields cannot be hot; undefined where they can: the schema has to say that they are what the columns hold. */
export const hotFault = (
  schema: JsonObject,
  { number, text }: ComponentTypeDefinition['hot'],
): SchemaFault | undefined => {
  if (number !== undefined && !['number', 'integer'].includes(fieldOf(schema, number).type as string))
    return { path: 'hot.number', message: `must name a field that the schema says is a number: '${number}'` }
  if (text === undefined) return undefined
  const { type, maxLength } = fieldOf(schema, text)
  return type === 'string' && typeof maxLength === 'number' && maxLength <= hotTextLimit
    ? undefined
    : {
        path: 'hot.text',
        message: `must name a field that the schema says is a string with a maxLength of at most ${hotTextLimit}: '${text}'`,
      }
}

const fieldOf = ({ properties }: JsonObject, field: string): JsonObject => {
  if (!isObject(properties) || !Object.hasOwn(properties, field)) return {}
  const found = properties[field]
  return isObject(found) ? found : {}
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
