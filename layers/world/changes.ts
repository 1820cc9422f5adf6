import type { Change, Entity, Json, JsonObject, Relationship } from './event.ts'
import { jsonEqual } from './json.ts'

/** What must change to make `before` into `after`; empty where they are the same. */
export const entityChanges = (before: Entity, after: Entity): Change[] => [
  ...fieldChanges(after.id, before, after, ['name', 'classType', 'position', 'rotation', 'scale', 'tags']),
  ...keyChanges(after.id, 'parameters', before.parameters, after.parameters),
  ...keyChanges(after.id, 'extra', before.extra, after.extra),
  ...keyChanges(after.id, 'components', before.components ?? {}, after.components ?? {}),
]

export const relationshipChanges = (before: Relationship, after: Relationship): Change[] => [
  ...fieldChanges(after.sourceId, before, after, ['strength', 'label']),
  ...keyChanges(after.sourceId, 'data', before.data, after.data),
]

const fieldChanges = <T extends object>(
  entityId: string,
  before: T,
  after: T,
  fields: (keyof T & string)[],
): Change[] => {
  const changes: Change[] = []
  for (const field of fields) {
    const oldValue = before[field] as Json
    const newValue = after[field] as Json
    if (!jsonEqual(oldValue, newValue)) changes.push({ entityId, field, oldValue, newValue })
  }
  return changes
}

/** One change for each key that was added, changed or removed. */
export const keyChanges = (
  entityId: string,
  prefix: string,
  before: JsonObject,
  after: JsonObject,
): Change[] => {
  const changes: Change[] = []
  for (const key of Object.keys(after)) {
    if (Object.hasOwn(before, key) && jsonEqual(before[key], after[key])) continue
    changes.push({ entityId, field: `${prefix}.${key}`, oldValue: before[key], newValue: after[key] })
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key))
      changes.push({ entityId, field: `${prefix}.${key}`, oldValue: before[key] })
  }
  return changes
}
