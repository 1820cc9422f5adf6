import type * as z from 'zod'
import type { Query } from './ast.ts'
import { checkQuery } from './check.ts'
import { queryLimits } from './limits.ts'
import { QueryError } from './query-error.ts'
import { querySchema } from './schema.ts'

// each condition in another one is two levels of JSON, a path and its values some more
const jsonDepthLimit = 2 * queryLimits.depth + 80
const jsonValueLimit = 20_000

/**
 * A query that came as JSON.
 *
 * @throws QueryError that names the field.
 */
export const parseJsonQuery = (value: unknown): Query => {
  checkSize(value)
  const result = querySchema.safeParse(value)
  if (result.success) return checkQuery(result.data)
  const issue = deepest(result.error.issues[0]!, [])
  const field = fieldName(issue.path)
  throw new QueryError(`${field || 'query'}: ${issue.message}`, { field })
}

/** Without recursion: nothing that comes in may exhaust the stack. */
const checkSize = (value: unknown): void => {
  const open: [unknown, number][] = [[value, 0]]
  for (let seen = 0; open.length > 0; seen++) {
    const [current, depth] = open.pop()!
    if (typeof current !== 'object' || current === null) continue
    const inside: unknown[] = Object.values(current)
    if (depth > jsonDepthLimit) throw new QueryError('the query is nested too deep', { field: '' })
    if (seen + open.length + inside.length > jsonValueLimit)
      throw new QueryError(`a query may have ${jsonValueLimit} JSON values`, { field: '' })
    for (const element of inside) open.push([element, depth + 1])
  }
}

interface Fault {
  path: PropertyKey[]
  message: string
}

/** Of a union the alternative that came furthest says more than the union itself. */
const deepest = (issue: z.core.$ZodIssue, before: PropertyKey[]): Fault => {
  const path = [...before, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return { path: [...path, issue.keys[0]!], message: 'is not a field of this' }
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().filter(({ path: deep }) => deep.length > 0)
    if (inner.length > 0) return deepest(inner[0]!, path)
  }
  const missing = issue.code === 'invalid_type' && /received undefined/.test(issue.message)
  return { path, message: missing ? 'is required' : issue.message }
}

const fieldName = (path: PropertyKey[]): string =>
  path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    '',
  )
