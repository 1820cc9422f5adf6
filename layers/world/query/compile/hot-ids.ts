import type { Condition } from '../ast.ts'
import type { Compiler } from './compiler.ts'
import type { ComponentField } from './component.ts'

type Range = [low: number, high: number]

/**
 * What finds the entities whose hot field compares so, by its index alone; undefined for an order of texts.
 *
 * @param condition of which `isHot` holds
 */
export const hotIds = (
  compiler: Compiler,
  { component }: ComponentField,
  condition: Condition,
): ((most: string) => string) | undefined => {
  const type = () => compiler.parameter(component, 'text')
  const words = wordsOf(condition)
  if (words !== undefined)
    return (most) =>
      calledWith('components_worded', `${type()}, v`, most, compiler.parameter(words, 'text[]'))
  const ranges = rangesOf(condition)
  if (ranges === undefined) return undefined
  const ends = (end: 0 | 1) =>
    compiler.parameter(
      ranges.map((range) => range[end]),
      'float8[]',
    )
  return (most) =>
    calledWith('components_numbered', `${type()}, v, high`, most, `${ends(0)}, ${ends(1)}`, 'v, high')
}

/**
 * A query of the ids that a function of the database answers; of each element of the lists, where there are some. From
 * FROM, where a function is run to its end: row by row it takes three times as long.
 */
export const calledWith = (
  name: string,
  parameters: string,
  most: string,
  lists?: string,
  names = 'v',
): string => {
  const call = `${name}($1, ${parameters}, ${most}) ids (id)`
  return `SELECT ids.id COLLATE "C" FROM ${lists === undefined ? '' : `unnest(${lists}) lists (${names}), `}${call}`
}

/** Of an equality with texts, each once. */
export const wordsOf = (condition: Condition): string[] | undefined => {
  const values = condition.op === '=' ? [condition.value] : condition.op === 'in' ? condition.values : []
  return values.length > 0 && values.every((value) => typeof value === 'string')
    ? [...new Set(values)]
    : undefined
}

/** Both ends included; none overlaps another. */
const rangesOf = (condition: Condition): Range[] | undefined => {
  if (condition.op === 'in') return [...new Set(condition.values as number[])].map((value) => [value, value])
  if (condition.op === 'between')
    return typeof condition.low === 'number' ? [[condition.low, condition.high as number]] : undefined
  if (!('value' in condition) || typeof condition.value !== 'number') return undefined
  const { op, value } = condition
  switch (op) {
    case '<':
      return [[-Infinity, nextDouble(value, -1)]]
    case '<=':
      return [[-Infinity, value]]
    case '>':
      return [[nextDouble(value, 1), Infinity]]
    case '>=':
      return [[value, Infinity]]
    default:
      return [[value, value]]
  }
}

/** The double next to a finite one, above it (1) or below it (-1). */
export const nextDouble = (value: number, direction: 1 | -1): number => {
  if (value === 0) return direction * Number.MIN_VALUE
  const bits = new BigInt64Array([0n])
  const double = new Float64Array(bits.buffer)
  double[0] = value
  // the bits of doubles of one sign are in the order of their size
  bits[0]! += BigInt(value > 0 ? direction : -direction)
  return double[0]
}
