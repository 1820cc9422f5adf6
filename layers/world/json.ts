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
export const jsonDepthLimit = 64

/**
 * Why PostgreSQL cannot keep this value, as `path: reason`, or undefined where it can: jsonb and text have no
 * U+0000 and no lone surrogates (https://www.postgresql.org/docs/17/datatype-json.html).
 */
export const unstorable = (value: Json, path: string, depth = 0): string | undefined => {
  if (typeof value === 'string') return isStorableText(value) ? undefined : `${path}: ${storableTextRule}`
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= jsonDepthLimit) return `${path}: must not be nested deeper than ${jsonDepthLimit} levels`
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const problem = unstorable(value[index]!, `${path}[${index}]`, depth + 1)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  for (const key in value) {
    if (!isStorableText(key)) return `${path}: a key ${storableTextRule}`
    const problem = unstorable(value[key]!, `${path}.${key}`, depth + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}

export const storableTextRule = 'must be text without U+0000 and without lone surrogates'

export const isStorableText = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

export const isEmptyObject = (value: JsonObject): boolean => {
  for (const _ in value) return false
  return true
}
