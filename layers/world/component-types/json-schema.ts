import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from '../event.ts'

/** What is wrong with data or a schema: where, as a path of dots (`items.0.name`, '' for the whole), and what was expected. */
export interface SchemaFault {
  path: string
  message: string
}

// Schemas come from users: no references to elsewhere, no formats (they are regular expressions of their own), errors
// one at a time.
const options = {
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false,
  allErrors: false,
  ownProperties: true,
}

let library: typeof Ajv2020 | undefined
let meta: Ajv2020 | undefined

/**
 * Loads what validates: 130 KB, which most processes that decide never need. Whoever calls `dataFault` or `schemaFault`
 * has awaited it; `loadTypes` does for the write path.
 */
export const loadJsonSchema = async (): Promise<void> => {
  library ??= (await import('ajv/dist/2020.js')).Ajv2020
}

const createAjv = (): Ajv2020 => {
  if (library === undefined) throw new Error('loadJsonSchema has not been awaited')
  return new library(options)
}

/** Compiled validators by the text of their schema; the oldest goes. */
const validators = new Map<string, ValidateFunction>()
const validatorLimit = 512

/** @throws Error for a schema that `schemaFault` finds wrong. */
const validatorOf = (schema: JsonObject): ValidateFunction => {
  const text = JSON.stringify(schema)
  const known = validators.get(text)
  if (known !== undefined) return known
  if (validators.size >= validatorLimit) validators.delete(validators.keys().next().value!)
  // an instance of its own: one keeps every schema that it has compiled
  const validator = createAjv().compile(schema)
  validators.set(text, validator)
  return validator
}

/** Why the data is not what the schema says; undefined where it is. */
export const dataFault = (schema: JsonObject, data: JsonObject): SchemaFault | undefined => {
  const validate = validatorOf(schema)
  return validate(data) ? undefined : faultOf(validate.errors![0]!)
}

const faultOf = ({ instancePath, keyword, params, message }: ErrorObject): SchemaFault => {
  const path = instancePath.slice(1).split('/').map(unescapePointer).join('.')
  if (keyword === 'additionalProperties')
    return { path, message: `must not have the field '${params.additionalProperty as string}'` }
  if (keyword === 'required')
    return { path: join(path, params.missingProperty as string), message: 'is missing' }
  if (keyword === 'enum')
    return { path, message: `must be one of ${JSON.stringify(params.allowedValues)}`.slice(0, 500) }
  return { path, message: message ?? `does not hold '${keyword}'` }
}

const join = (path: string, field: string): string => (path === '' ? field : `${path}.${field}`)

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

/** Bytes of a schema as JSON. */
export const schemaLimitBytes = 32 * 1024

/**
 * Why a schema cannot be registered; undefined where it can. Beside what JSON Schema itself asks for: it describes an
 * object, refers to nothing outside of itself, and its patterns cannot take long.
 */
export const schemaFault = (schema: JsonObject): SchemaFault | undefined => {
  if (Buffer.byteLength(JSON.stringify(schema)) > schemaLimitBytes)
    return { path: '', message: `must have at most ${schemaLimitBytes} bytes as JSON` }
  if (schema.type !== 'object') return { path: 'type', message: "must be 'object'" }
  const unsafe = findUnsafe(schema, [])
  if (unsafe !== undefined) return unsafe
  meta ??= createAjv()
  if (meta.validateSchema(schema) !== true) {
    const { instancePath, message } = meta.errors![0]!
    return { path: instancePath.slice(1).replaceAll('/', '.'), message: message ?? 'is no JSON Schema' }
  }
  try {
    validatorOf(schema)
    return undefined
  } catch (error) {
    return { path: '', message: `is no JSON Schema 2020-12: ${(error as Error).message}` }
  }
}

const refusedKeywords: Record<string, string> = {
  $id: 'is not supported: a schema has no name of its own',
  // a few references to each other make a schema that takes exponential time
  $ref: 'is not supported: write out what it refers to',
  $defs: 'is not supported: write it out where it is used',
  definitions: 'is not supported: write it out where it is used',
  $anchor: 'is not supported',
  $dynamicRef: 'is not supported',
  $dynamicAnchor: 'is not supported',
  $async: 'is not supported',
  patternProperties: 'is not supported: name the fields, or use additionalProperties',
}

/** The first thing, anywhere in the schema, that is refused because of what it could cost or reach. */
const findUnsafe = (value: Json, path: string[]): SchemaFault | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, key]
    // names of fields are data, not keywords
    const isKeyword = path.at(-1) !== 'properties'
    const fault = isKeyword ? keywordFault(value as JsonObject, key, inner) : undefined
    if (fault !== undefined) return { path: here.join('.'), message: fault }
    if (isKeyword && (key === 'const' || key === 'enum' || key === 'default' || key === 'examples')) continue
    const found = findUnsafe(inner, here)
    if (found !== undefined) return found
  }
  return undefined
}

const patternTextLimit = 1_024

const keywordFault = (schema: JsonObject, key: string, value: Json): string | undefined => {
  if (Object.hasOwn(refusedKeywords, key)) return refusedKeywords[key]
  if (key === 'uniqueItems' && value === true && !isAtMost(schema.maxItems, 1_000))
    return 'needs a maxItems of at most 1000 beside it'
  if (key !== 'pattern' || typeof value !== 'string') return undefined
  if (!isAtMost(schema.maxLength, patternTextLimit))
    return `needs a maxLength of at most ${patternTextLimit} beside it`
  return patternFault(value)
}

const isAtMost = (value: Json | undefined, limit: number): boolean =>
  typeof value === 'number' && value <= limit

/**
 * A backtracking engine takes exponential time on repeated groups, and time to the power of the number of open-ended
 * repetitions on others (https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS).
 */
const patternFault = (pattern: string): string | undefined => {
  if (pattern.length > 256) return 'must have at most 256 characters'
  const bare = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
  if (/\)[*+?{]/.test(bare)) return 'must not repeat a group'
  if (/\(\?[^:]/.test(bare) || /\\[1-9k]/.test(pattern)) return 'must not look around or refer back'
  if ((bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0) > 2) return 'must not have more than two of * and +'
  try {
    new RegExp(pattern, 'u')
    return undefined
  } catch {
    return 'must be a regular expression (ECMA-262, with the flag u)'
  }
}
