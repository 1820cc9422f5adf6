import type { Json, JsonObject } from '../../event.ts'
import type { Path } from '../path.ts'

/** Whether the trigram index can narrow this text down: it has three letters or digits in a row, of any locale. */
export const indexableText = (text: string): boolean => /[A-Za-z0-9]{3}/.test(text)

/**
 * Whether the index on data can narrow it down: it knows the values at paths of keys, and nothing of an empty object or
 * of a place in an array.
 */
export const indexableContainment = (steps: Path['steps'], value: Json): boolean =>
  steps.every((step) => typeof step === 'string') && hasScalar(value)

const hasScalar = (value: Json): boolean => {
  if (typeof value !== 'object' || value === null) return true
  return (Array.isArray(value) ? value : Object.values(value)).some(hasScalar)
}

/** The component's data that has the value at those keys. */
export const wrapped = (steps: Path['steps'], value: Json): JsonObject =>
  steps.reduceRight<Json>((inner, step) => Object.fromEntries([[step, inner]]), value) as JsonObject
