import type { Condition } from '../ast.ts'
import type { NativeField } from '../fields.ts'
import { nativeKinds } from '../fields.ts'
import { queryLimits } from '../limits.ts'
import type { Compiler } from './compiler.ts'

const columns: Record<NativeField, string> = {
  ...{ id: 'entity_id', name: 'name', class: 'class_type', archetype: 'archetype' },
  ...{ flux: 'flux_position', activity: 'activity', x: 'x', y: 'y', z: 'z' },
}

export const nativeColumn = (e: string, field: NativeField): string => `${e}.${columns[field]}`

/** A condition on a column of the entity's row. The check has seen to it that values are of the column's kind. */
export const nativeCondition = (
  compiler: Compiler,
  e: string,
  condition: Extract<Condition, { path: string } | { op: 'has' }>,
  field: NativeField,
): string => {
  const column = nativeColumn(e, field)
  const type = nativeKinds[field] === 'number' ? 'float8' : 'text'
  const value = (literal: unknown) => compiler.parameter(literal, type)
  // rows of old histories have no activity
  const known = field === 'activity' && compiler.moment === 'past' ? `${column} IS NOT NULL AND ` : ''
  const ordered = type === 'text' && field !== 'id' ? `${column} COLLATE "C"` : column
  switch (condition.op) {
    case 'has':
    case 'exists':
      return `(${column} IS NOT NULL)`
    case '=':
      return `(${known}${column} = ${value(condition.value)}${byKey(compiler, e, field, [condition.value])})`
    case '!=':
      return `(${known}${column} <> ${value(condition.value)})`
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `(${known}${ordered} ${condition.op} ${value(condition.value)})`
    case 'in': {
      const list = compiler.parameter(condition.values, `${type}[]`)
      return `(${known}${column} = ANY (${list})${byKey(compiler, e, field, condition.values)})`
    }
    case 'between':
      return `(${known}${ordered} BETWEEN ${value(condition.low)} AND ${value(condition.high)})`
    case '~':
      return containsText(column, value(condition.text))
    case 'contains':
      throw new Error('contains needs the data of a component')
  }
}

/** Names have an index on their first characters only: they may be longer than what an index takes. */
const byKey = (compiler: Compiler, e: string, field: NativeField, names: unknown[]): string => {
  if (field !== 'name' || compiler.moment === 'past') return ''
  const keys = names.map((name) =>
    Array.from(name as string)
      .slice(0, queryLimits.sortedCharacters)
      .join(''),
  )
  return ` AND ${e}.name_key = ANY (${compiler.parameter(keys, 'text[]')})`
}

/** Without case, each character alone, whatever the database's locale; `foldCase` is the same. */
export const containsText = (text: string, parameter: string): string =>
  `(strpos(lower(${text} COLLATE pg_c_utf8), lower(${parameter} COLLATE pg_c_utf8)) > 0)`
