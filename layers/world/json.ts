import type { Json, JsonObject } from './event.ts'

/** Equality of JSON values: the order of keys does not count, that of elements does. */
export const jsonEqual = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((element, index) => jsonEqual(element, b[index]))
  }
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
}

/** Deeper values are refused: they would exhaust the stack of every reader after us. */
const jsonDepthLimit = 64

/** Where in a value something is wrong, and what was expected. */
export interface JsonFault {
  path: (string | number)[]
  message: string
}

/**
 * Why PostgreSQL cannot keep this value, or undefined where it can: jsonb and text have no U+0000 and no lone
 * surrogates (https://www.postgresql.org/docs/17/datatype-json.html); a number that overflows to infinity,
 * such as 1e999, has no JSON.
 */
export const jsonFault = (value: Json, depth = 0): JsonFault | undefined => {
  if (typeof value === 'string')
    return isStorableText(value) ? undefined : { path: [], message: storableTextRule }
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { path: [], message: 'must be a finite number' }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= jsonDepthLimit)
    return { path: [], message: `must not be nested deeper than ${jsonDepthLimit} levels` }
  if (!Array.isArray(value)) return objectFault(value, depth)
  for (let index = 0; index < value.length; index++) {
    const fault = jsonFault(value[index]!, depth + 1)
    if (fault !== undefined) return { path: [index, ...fault.path], message: fault.message }
  }
  return undefined
}

const objectFault = (value: JsonObject, depth: number): JsonFault | undefined => {
  for (const key in value) {
    if (!isStorableText(key)) return { path: [], message: `a key ${storableTextRule}` }
    const fault = jsonFault(value[key]!, depth + 1)
    if (fault !== undefined) return { path: [key, ...fault.path], message: fault.message }
  }
  return undefined
}

const storableTextRule = 'must be text without U+0000 and without lone surrogates'

export const isStorableText = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

export const isEmptyObject = (value: JsonObject): boolean => {
  for (const _ in value) return false
  return true
}
