import type { Json } from '../../event.ts'
import { jsonEqual } from '../../json.ts'
import type { Ordering, Scalar } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import type { SnapshotEntity } from './snapshot.ts'

/** What is at a path; undefined where there is nothing. JSON null is something. */
export const valueAt = (entity: SnapshotEntity, path: string): Json | undefined => {
  const field = fieldOf(path)
  if (field.kind === 'tags') return entity.tags
  if (field.kind === 'native-component') {
    const [x, y, z] = entity.position
    return field.component === 'Name' ? { value: entity.name } : { x, y, z }
  }
  if (field.kind === 'native') return nativeValue(entity, field.field)
  let value: Json | undefined = own(entity.components, field.component)
  for (const step of field.steps) value = stepInto(value, step)
  return value
}

const nativeValue = (entity: SnapshotEntity, field: string): Json => {
  const { id, name, classType, archetype, flux, activity, position } = entity
  const [x, y, z] = position
  return { id, name, class: classType, archetype, flux, activity, x, y, z }[field] as Json
}

const own = <T>(object: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

const stepInto = (value: Json | undefined, step: string | number): Json | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return typeof step === 'string' ? own(value, step) : undefined
}

/** Texts in order of their code points, as collation "C" has them; UTF-16 units are ordered otherwise. */
export const compareTexts = (a: string, b: string): number => {
  const [left, right] = [Array.from(a), Array.from(b)]
  for (let n = 0; n < left.length && n < right.length; n++) {
    const difference = left[n]!.codePointAt(0)! - right[n]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Undefined where the two are not of one kind, or of a kind without order. */
const compareScalars = (a: Json | undefined, b: Scalar): number | undefined => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return undefined
}

/** False for what is absent, whatever the comparison. */
export const holds = (op: '=' | '!=' | Ordering, value: Json | undefined, literal: Scalar): boolean => {
  if (value === undefined) return false
  if (op === '=') return jsonEqual(value, literal)
  if (op === '!=') return !jsonEqual(value, literal)
  const order = compareScalars(value, literal)
  if (order === undefined) return false
  if (op === '<') return order < 0
  if (op === '<=') return order <= 0
  return op === '>' ? order > 0 : order >= 0
}

/** An array contains what one of its elements contains, too. */
export const contains = (value: Json | undefined, wanted: Json): boolean => {
  if (value === undefined) return false
  if (holdsAll(value, wanted)) return true
  return Array.isArray(value) && !Array.isArray(wanted) && holdsAll(value, [wanted])
}

/** As jsonb's @> has it. */
const holdsAll = (value: Json, wanted: Json): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(wanted))
    return false
  if (Array.isArray(wanted))
    return wanted.every((element) => (value as Json[]).some((candidate) => holdsAll(candidate, element)))
  return Object.entries(wanted).every(([key, element]) => {
    const found = own(value as Record<string, Json>, key)
    return found !== undefined && holdsAll(found, element)
  })
}

/** Each character alone, to one character: as PostgreSQL's pg_c_utf8 has it. */
export const foldCase = (text: string): string =>
  Array.from(text, (character) => {
    if (character === 'İ') return 'i'
    const lower = character.toLowerCase()
    return Array.from(lower).length === 1 ? lower : character
  }).join('')
