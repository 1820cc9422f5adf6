import type { Condition, Scalar } from '../ast.ts'
import type { Field } from '../fields.ts'
import type { Path } from '../path.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import { containsText } from './native.ts'

export type ComponentField = Extract<Field, { kind: 'component' }>
type ComponentTest = Extract<Condition, { path: string } | { op: 'has' }>

/** A condition on a component of the entity, or on what is in it. */
export const componentCondition = (
  compiler: Compiler,
  e: string,
  condition: ComponentTest,
  field: ComponentField,
): string => {
  const type = compiler.parameter(field.component, 'text')
  const c = compiler.alias()
  const test = testOf(compiler, c, condition, field)
  return `EXISTS (SELECT FROM ${rowsOf(compiler, 'components')} ${c}
    WHERE ${c}.entity_id = ${e}.entity_id AND ${c}.component_type = ${type}${test === undefined ? '' : ` AND ${test}`}${compiler.byRow ? ' OFFSET 0' : ''})`
}

/**
 * What is at the steps; null where there is nothing. Keys lead into objects alone, places into arrays alone. For places
 * that is strict jsonpath, since `-> 0` of a number or a text is that number or text itself.
 */
export const dataAt = (compiler: Compiler, c: string, steps: Path['steps']): string => {
  if (steps.every((step) => typeof step === 'string'))
    return `(${[`${c}.data`, ...steps.map((step) => compiler.parameter(step, 'text'))].join(' -> ')})`
  const path = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`))
  return `jsonb_path_query_first(${c}.data, ${compiler.parameter(`strict $${path.join('')}`, 'jsonpath')}, '{}', true)`
}

const testOf = (
  compiler: Compiler,
  c: string,
  condition: ComponentTest,
  field: ComponentField,
): string | undefined => {
  if (condition.op === 'has' || (condition.op === 'exists' && field.steps.length === 0)) return undefined
  if (isHot(compiler, field, condition)) return hotTest(compiler, c, condition as HotTest)
  const value = dataAt(compiler, c, field.steps)
  switch (condition.op) {
    case 'exists':
      return `${value} IS NOT NULL`
    case '=':
      return `${value} = ${json(compiler, condition.value)}`
    case '!=':
      return `${value} <> ${json(compiler, condition.value)}`
    case 'in': {
      const literals = condition.values.map((literal) => JSON.stringify(literal))
      return `${value} = ANY (${compiler.parameter(literals, 'jsonb[]')})`
    }
    case 'between':
      return between(compiler, value, condition.low, condition.high)
    case 'contains':
      return containing(compiler, value, condition.value)
    case '~':
      return containsText(textOf(value), compiler.parameter(condition.text, 'text'))
    default:
      return `${ordered(value, condition.value)} ${condition.op} ${scalar(compiler, condition.value)}`
  }
}

const json = (compiler: Compiler, value: unknown): string =>
  compiler.parameter(JSON.stringify(value), 'jsonb')

const scalar = (compiler: Compiler, value: number | string): string =>
  compiler.parameter(value, typeof value === 'number' ? 'float8' : 'text')

/** Null where the value is no number. */
export const numberOf = (value: string): string =>
  `(CASE WHEN jsonb_typeof(${value}) = 'number' THEN ${value}::float8 END)`

/** Null where the value is no text. */
export const textOf = (value: string): string =>
  `(CASE WHEN jsonb_typeof(${value}) = 'string' THEN ${value} #>> '{}' END)`

const ordered = (value: string, literal: number | string): string =>
  typeof literal === 'number' ? numberOf(value) : `${textOf(value)} COLLATE "C"`

const between = (compiler: Compiler, value: string, low: number | string, high: number | string): string =>
  `${ordered(value, low)} BETWEEN ${scalar(compiler, low)} AND ${scalar(compiler, high)}`

const containing = (compiler: Compiler, value: string, wanted: unknown): string => {
  const whole = `${value} @> ${json(compiler, wanted)}`
  return Array.isArray(wanted) ? whole : `(${whole} OR ${value} @> ${json(compiler, [wanted])})`
}

type HotTest = Extract<
  Condition,
  { op: '=' | '<' | '<=' | '>' | '>='; path: string } | { op: 'in' } | { op: 'between' }
>

/** Whether the native column of the component's hot field answers the condition. */
export const isHot = (compiler: Compiler, field: ComponentField, condition: ComponentTest): boolean => {
  if (compiler.moment === 'past' || field.steps.length !== 1) return false
  const kind = hotKind(condition)
  return kind !== undefined && compiler.hot(field.component)[kind] === field.steps[0]
}

/** Absent values and those of another kind are null there, and no such comparison holds for them. */
const hotKind = (condition: ComponentTest): 'number' | 'text' | undefined => {
  const kindsOf: Record<string, Scalar[] | undefined> = {
    ...{ in: 'values' in condition ? condition.values : undefined },
    ...{ between: 'low' in condition ? [condition.low] : undefined },
  }
  const compared = ['=', '<', '<=', '>', '>='].includes(condition.op) && 'value' in condition
  const values = compared ? [condition.value as Scalar] : kindsOf[condition.op]
  if (values?.every((value) => typeof value === 'number')) return 'number'
  return values?.every((value) => typeof value === 'string') ? 'text' : undefined
}

const hotTest = (compiler: Compiler, c: string, condition: HotTest): string => {
  const kind = hotKind(condition)!
  const column = `${c}.hot_${kind}`
  const type = kind === 'number' ? 'float8' : 'text'
  if (condition.op === 'in') return `${column} = ANY (${compiler.parameter(condition.values, `${type}[]`)})`
  if (condition.op === 'between')
    return `${column} BETWEEN ${compiler.parameter(condition.low, type)} AND ${compiler.parameter(condition.high, type)}`
  return `${column} ${condition.op} ${compiler.parameter(condition.value, type)}`
}
