import { type Field, fieldOf } from '../fields.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import { dataAt } from './component.ts'
import { nativeColumn } from './native.ts'

/** What is at a path, as the text of its JSON: SQL's null is what is absent, not JSON's. */
export const projected = (compiler: Compiler, e: string, path: string): string =>
  `(${valueAt(compiler, e, fieldOf(path))})::text`

const valueAt = (compiler: Compiler, e: string, field: Field): string => {
  if (field.kind === 'tags') return `to_jsonb(${e}.tags)`
  if (field.kind === 'native') return `to_jsonb(${nativeColumn(e, field.field)})`
  if (field.kind === 'native-component')
    return field.component === 'Name'
      ? `jsonb_build_object('value', ${e}.name)`
      : `jsonb_build_object('x', ${e}.x, 'y', ${e}.y, 'z', ${e}.z)`
  const c = compiler.alias()
  return `SELECT ${dataAt(compiler, c, field.steps)} FROM ${rowsOf(compiler, 'components', 'one')} ${c}
    WHERE ${c}.entity_id = ${e}.entity_id AND ${c}.component_type = ${compiler.parameter(field.component, 'text')}`
}

/** Every component of an entity, by type. */
export const allComponents = (compiler: Compiler, e: string): string => {
  const c = compiler.alias()
  return `(SELECT jsonb_object_agg(${c}.component_type, ${c}.data)
    FROM ${rowsOf(compiler, 'components', 'one')} ${c} WHERE ${c}.entity_id = ${e}.entity_id)`
}
