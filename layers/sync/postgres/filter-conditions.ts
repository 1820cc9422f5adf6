import { boundsOf, type Filter } from '../filter.ts'

/**
 * Conditions on a row of `wholeFrom` for what PostgreSQL can say of a filter: classes, and the box about its shape. Their text
 * depends on which of these there are, never on values.
 */
export const filterConditions = (filter: Filter, parameter: (value: unknown) => string): string[] => {
  const conditions: string[] = []
  if (filter.classes !== undefined)
    conditions.push(`e.class_type = ANY (${parameter([...filter.classes])}::text[])`)
  if (filter.shape === undefined) return conditions
  const { min, max } = boundsOf(filter.shape)
  for (const [axis, name] of ['x', 'y', 'z'].entries())
    conditions.push(
      `coalesce(s.${name}, e.${name}) BETWEEN ${parameter(min[axis])}::float8 AND ${parameter(max[axis])}::float8`,
    )
  return conditions
}
