import { isSealed } from '../component-types/sealed.ts'
import type { Change, Entity, Json, JsonObject, WorldEvent } from '../event.ts'
import { jsonEqual } from '../json.ts'

/** A field of an entity: one that changes name (`components.Health`), and a path within its value (`current`). */
export interface HistoryField {
  field: string
  /** Keys and indexes; empty: the whole value. */
  path: string[]
  /** As it was asked for. */
  text: string
}

const plainFields = ['name', 'classType', 'position', 'rotation', 'scale', 'tags'] as const
const groups = ['parameters', 'extra', 'components'] as const
const axes = ['x', 'y', 'z']

/**
 * A field as people name it: `Health.current`, `Position.x`, `parameters.mass`, or as changes do: `components.Health`.
 * undefined where no entity has such a field.
 */
export const parseHistoryField = (text: string): HistoryField | undefined => {
  const [head, ...rest] = text.split('.') as [string, ...string[]]
  if (text === '' || [head, ...rest].includes('')) return undefined
  if (head === 'Position' || head === 'position')
    return { field: 'position', path: rest.map(axisIndex), text }
  if (head === 'Name')
    return rest.length > 1 || (rest[0] ?? 'value') !== 'value' ? undefined : { field: 'name', path: [], text }
  if (head === 'Transform') {
    const [part, ...path] = rest
    return part === 'rotation' || part === 'scale' ? { field: part, path, text } : undefined
  }
  if ((plainFields as readonly string[]).includes(head)) return { field: head, path: rest, text }
  const group = head === 'Parameters' || head === 'Extra' ? head.toLowerCase() : head
  if ((groups as readonly string[]).includes(group)) {
    // a key of parameters and of extra may hold dots itself
    const [key, ...path] = group === 'components' ? rest : [rest.join('.')]
    return key === undefined || key === '' ? undefined : { field: `${group}.${key}`, path, text }
  }
  return /^[A-Z]/.test(head) ? { field: `components.${head}`, path: rest, text } : undefined
}

const axisIndex = (part: string): string => (axes.includes(part) ? String(axes.indexOf(part)) : part)

/** What an event did to the fields of its entity; of one that was made each field that it began with. */
export const changesOf = (event: Pick<WorldEvent, 'type' | 'data'>): Change[] => {
  if (event.type === 'entity.created.v1') return createdChanges((event.data as { entity: Entity }).entity)
  const { changes } = event.data as { changes?: Change[] }
  return event.type === 'entity.updated.v1' || event.type === 'entity.moved.v1' ? (changes ?? []) : []
}

const createdChanges = (entity: Entity): Change[] => {
  const made = (field: string, newValue: Json): Change => ({ entityId: entity.id, field, newValue })
  return [
    ...plainFields.map((field) => made(field, entity[field])),
    ...groups.flatMap((group) =>
      Object.entries((entity[group] ?? {}) as JsonObject).map(([key, value]) =>
        made(`${group}.${key}`, value),
      ),
    ),
  ]
}

/** What of the changes is about the field, narrowed to it; undefined where nothing is. */
export const changeOfField = (changes: readonly Change[], wanted: HistoryField): Change | undefined => {
  const change = changes.find(({ field }) => field === wanted.field)
  if (change === undefined || wanted.path.length === 0) return change && { ...change, field: wanted.text }
  const narrowed = {
    oldValue: valueAt(change.oldValue, wanted.path),
    newValue: valueAt(change.newValue, wanted.path),
  }
  const { oldValue, newValue } = narrowed
  if (!isOpaque(change.newValue) && !isOpaque(change.oldValue) && sameValue(oldValue, newValue))
    return undefined
  return {
    ...{ entityId: change.entityId, field: wanted.text },
    ...(oldValue !== undefined && { oldValue }),
    ...(newValue !== undefined && { newValue }),
  }
}

const sameValue = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : jsonEqual(a, b)

const isOpaque = (value: Json | undefined): boolean => isObject(value) && isSealed(value)

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of a value that is sealed the whole: nobody sees what it holds. */
const valueAt = (value: Json | undefined, path: readonly string[]): Json | undefined => {
  let found = value
  for (const key of path) {
    if (isOpaque(found)) return found
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as JsonObject)[key]
  }
  return found
}

/** Whether a change is of that component: of a registered type, or of the native ones, `Parameters` and `Transform`. */
export const isOfComponent = ({ field }: Change, type: string): boolean => {
  if (type === 'Position') return field === 'position'
  if (type === 'Name') return field === 'name'
  if (type === 'Transform') return field === 'rotation' || field === 'scale'
  if (type === 'Parameters' || type === 'Extra') return field.startsWith(`${type.toLowerCase()}.`)
  return field === `components.${type}`
}
