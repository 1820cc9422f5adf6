import type { FieldChange } from './changes.ts'
import type { JsonObject, SyncEntity } from './entity.ts'

/** A new entity with one field changed; a change without `newValue` takes the field away. */
export const changeField = (
  entity: SyncEntity,
  { field, newValue }: Pick<FieldChange, 'field' | 'newValue'>,
) => {
  const object = entity as unknown as JsonObject
  const dot = field.indexOf('.')
  if (dot === -1) return withKey(object, field, newValue) as unknown as SyncEntity
  const group = field.slice(0, dot)
  const changed = withKey((object[group] ?? {}) as JsonObject, field.slice(dot + 1), newValue)
  // an entity without components has no such field
  const isGone = group === 'components' && Object.keys(changed).length === 0
  return withKey(object, group, isGone ? undefined : changed) as unknown as SyncEntity
}

const withKey = (object: JsonObject, key: string, value: JsonObject[string] | undefined): JsonObject => {
  if (value !== undefined) return { ...object, [key]: value }
  const { [key]: _, ...rest } = object
  return rest
}
