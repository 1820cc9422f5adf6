import * as z from 'zod'
import type { Json, JsonObject } from './event.ts'
import { isStorableText, jsonFault } from './json.ts'

/** |coordinate| stays below this many units: the octree's keys name every cell up to it. */
export const coordinateLimitUnits = 2 ** 40

const controlCharacters = /\p{Cc}/u

const storable = (what: string, maxLength: number) =>
  z
    .string(`must be text`)
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine(isStorableText, 'must be text without U+0000 and without lone surrogates')
    .meta({ description: what })

const identifier = (what: string, maxLength: number) =>
  storable(what, maxLength)
    .min(1, 'must not be empty')
    .refine((text) => !controlCharacters.test(text), 'must not have control characters')

/** An id that a caller makes: of an entity, a request. */
export const idSchema = identifier('Unique in its world', 256)
export const worldNameSchema = identifier('Name of the world, unique among the tenant’s', 256)
/** 64: source, target and type together fit a row of the relationship’s index. */
export const relationshipTypeSchema = identifier('`hierarchy` makes the source the parent of the target', 64)
export const nameSchema = storable('Shown to people', 1_024)
export const classTypeSchema = identifier('The engine’s class', 256)
export const labelSchema = storable('Shown to people', 1_024)
/** Of an object of the top level of a component. */
export const fieldNameSchema = storable('Name of a field', 256).min(1, 'must not be empty')
const notParameters =
  'is not the name of a parameter: components are the field `components` of their entity, which holds them to their types'
export const parameterNameSchema = storable('Name of a parameter', 256)
  .min(1, 'must not be empty')
  .refine((name) => name !== 'components', notParameters)
/** Of a component. */
export const componentTypeSchema = z
  .string('must be text')
  .regex(/^[A-Z][A-Za-z0-9_]{0,63}$/, 'must be a capital letter, then letters, digits or _, 64 at most')
  .meta({ description: 'Name of a component type' })
export const tagsSchema = z
  .array(identifier('Tag', 256), 'must be an array of texts')
  .max(256, 'must have at most 256 tags')

const finite = z.number('must be a finite number')
const coordinate = finite.refine(
  (value) => Math.abs(value) < coordinateLimitUnits,
  'must be below 2^40 (1099511627776) in size',
)
/** On one axis. */
export const coordinateSchema = coordinate.overwrite((value) => value + 0)

/** What an activity may be. */
export const activityLimit = 1e9
/** Acceleration noise, units per second squared. */
export const jitterLimit = 1e12

export const quantitySchema = (what: string, max: number) => {
  const expected = `must be a number of 0 to ${max}`
  return z
    .number(expected)
    .min(0, expected)
    .max(max, expected)
    .meta({ description: what })
    .overwrite((value) => value + 0)
}

const vector = <T extends z.ZodNumber>(element: T, length: number, description: string) =>
  z
    .array(element, `must be an array of ${length} numbers`)
    .length(length, `must have ${length} numbers`)
    .meta({ description })

// JSON may say −0; nothing after the edge does
const plusZero = (values: number[]): number[] => values.map((value) => value + 0)

export const positionSchema = vector(coordinate, 3, 'x, y, z in world units').transform(
  (values) => plusZero(values) as [number, number, number],
)
export const rotationSchema = vector(finite, 4, 'Quaternion x, y, z, w').transform(
  (values) => plusZero(values) as [number, number, number, number],
)
export const scaleSchema = vector(finite, 3, 'Along x, y, z').transform(
  (values) => plusZero(values) as [number, number, number],
)
export const strengthSchema = finite
  .meta({ description: 'Of a relationship; a weight in its motif' })
  .overwrite((value) => value + 0)

/** Any JSON value that can be kept; it passes through as it is. */
export const jsonSchema = z
  .unknown()
  .superRefine((value, context) => {
    const fault = value === undefined ? { path: [], message: 'is missing' } : jsonFault(value as Json)
    if (fault !== undefined) context.addIssue({ code: 'custom', ...fault })
  })
  .transform((value) => value as Json)

/** A JSON object that can be kept. Not a record of zod's: that one copies, and drops a key `__proto__`. */
export const jsonObjectSchema = z
  .unknown()
  .superRefine((value, context) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    const fault = isObject ? jsonFault(value as JsonObject) : { path: [], message: 'must be a JSON object' }
    if (fault !== undefined) context.addIssue({ code: 'custom', ...fault })
  })
  .transform((value) => value as JsonObject)
  .meta({ type: 'object' })

/** Data of components that were put in here by mistake would be kept unchecked, and in clear where it is sensitive. */
const withoutComponents = (message: string) =>
  jsonObjectSchema.superRefine((value, context) => {
    if (Object.hasOwn(value, 'components'))
      context.addIssue({ code: 'custom', path: ['components'], message, input: undefined })
  })

export const parametersSchema = withoutComponents(notParameters)
/** What an engine says of an entity that no schema knows. */
export const extraSchema = withoutComponents(
  'is no unknown field: components are the field `components` of their entity, which holds them to their types',
)

/** All that an entity shall have, by type; absent: it keeps those that it has. */
export const componentsSchema = z
  .record(componentTypeSchema, jsonObjectSchema)
  .optional()
  .meta({ description: 'All that it shall have, by type; absent: it keeps those that it has' })

/** A JSON object of at most so many bytes. */
export const boundedObjectSchema = (limitBytes: number, object = jsonObjectSchema) =>
  object.refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= limitBytes,
    `must have at most ${limitBytes} bytes as JSON`,
  )

/** A seq in a query. */
export const asOfSchema = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a seq: a whole number of at least 0')
  .transform(Number)
  .meta({ description: 'Read the world as it stood at this seq' })
