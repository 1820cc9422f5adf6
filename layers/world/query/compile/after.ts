import type { Compiler } from './compiler.ts'
import type { OrderKey } from './sort.ts'

/** The place of the last row of a page: its sort values, null where there was none, and its id. */
export interface Place {
  keys: (number | string | null)[]
  id: string
}

/**
 * Whether a row comes after that place: behind it in the first key that differs, the id being the last one. A null is
 * behind everything else. The bound on the first key alone says nothing new, but an index can begin there.
 */
export const comesAfter = (
  compiler: Compiler,
  keys: readonly OrderKey[],
  id: string,
  { keys: values, id: lastId }: Place,
): string => {
  const behindId = `${id} > ${compiler.parameter(lastId, 'text')}`
  const condition = keys.reduceRight((rest, { expression, type, direction, nullable }, n) => {
    const value = values[n]!
    if (value === null) return `(${expression} IS NULL AND ${rest})`
    const parameter = compiler.parameter(value, type)
    const behind = `${expression} ${direction === 'asc' ? '>' : '<'} ${parameter}`
    const orNull = nullable ? ` OR ${expression} IS NULL` : ''
    return `(${behind}${orNull} OR (${expression} = ${parameter} AND ${rest}))`
  }, behindId)
  const [first] = keys
  if (first === undefined || first.nullable || values[0] === null) return condition
  const bound = `${first.expression} ${first.direction === 'asc' ? '>=' : '<='} ${compiler.parameter(values[0], first.type)}`
  return `${bound} AND ${condition}`
}
