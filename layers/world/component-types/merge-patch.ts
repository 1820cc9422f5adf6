import type { Json, JsonObject } from '../event.ts'

/** JSON Merge Patch (RFC 7396) of an object with an object. */
export const mergePatch = (target: JsonObject, patch: JsonObject): JsonObject => {
  const merged: JsonObject = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = isObject(value) ? mergePatch(isObject(merged[key]) ? merged[key] : {}, value) : value
  }
  return merged
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
