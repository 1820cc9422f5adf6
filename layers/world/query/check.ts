import type { Condition, Query } from './ast.ts'
import { fieldOf, resolvePath } from './fields.ts'
import { queryLimits } from './limits.ts'
import { parsePath } from './path.ts'
import { QueryError } from './query-error.ts'

const refuse = (field: string, message: string): never => {
  throw new QueryError(`${field}: ${message}`, { field })
}

/**
 * What the schema cannot say: fields exist and take such values, clauses go together, the whole is not too large.
 * Deep nesting must have been refused before.
 *
 * @throws QueryError
 */
export const checkQuery = (query: Query): Query => {
  const count = { nodes: 0 }
  if (query.where !== undefined) checkCondition(query.where, 'where', 1, count)
  for (const [index, path] of (query.select ?? []).entries()) checkPath(path, `select[${index}]`)
  for (const [index, { by }] of (query.sort ?? []).entries()) checkValuePath(by, `sort[${index}].by`)
  if (query.group !== undefined) checkValuePath(query.group, 'group')
  const single = query.count === true || query.group !== undefined
  if (query.count === true && query.group !== undefined) refuse('count', 'does not go with group')
  if (query.count === true && query.limit !== undefined) refuse('limit', 'does not go with count')
  if (single && query.select !== undefined) refuse('select', 'does not go with count or group')
  if (single && query.sort !== undefined) refuse('sort', 'does not go with count or group')
  return query
}

const checkCondition = (
  condition: Condition,
  field: string,
  depth: number,
  count: { nodes: number },
): void => {
  if (depth > queryLimits.depth)
    refuse(field, `conditions must not be nested deeper than ${queryLimits.depth}`)
  count.nodes += condition.op === 'in' ? condition.values.length : 1
  if (count.nodes > queryLimits.nodes)
    refuse(field, `a query may have ${queryLimits.nodes} conditions and values of lists`)
  const inside = (inner: Condition, name: string) =>
    checkCondition(inner, `${field}.${name}`, depth + 1, count)
  switch (condition.op) {
    case 'and':
    case 'or':
      for (const [index, part] of condition.of.entries()) inside(part, `of[${index}]`)
      return
    case 'not':
      return inside(condition.of, 'of')
    case '->':
    case '<-':
      return checkEdge(condition, field, inside)
    case 'under':
    case 'above':
      if (typeof condition.target !== 'string') inside(condition.target.where, 'target.where')
      return
    case 'box':
      for (const axis of [0, 1, 2] as const)
        if (condition.min[axis] > condition.max[axis])
          refuse(`${field}.max[${axis}]`, 'must not be below min')
      return
    case 'has':
      return checkPath(condition.component, `${field}.component`)
    default:
      if ('path' in condition) checkUse(condition, field)
  }
}

const checkEdge = (
  condition: Extract<Condition, { op: '->' | '<-' }>,
  field: string,
  inside: (inner: Condition, name: string) => void,
): void => {
  const { min, max, steps, target } = condition
  if (min !== undefined && max !== undefined && min > max) refuse(`${field}.max`, 'must not be below min')
  if (steps !== undefined && target === undefined) refuse(`${field}.steps`, 'needs a target: of …')
  if (target !== undefined && typeof target !== 'string') inside(target.where, 'target.where')
}

const checkPath = (path: string, field: string): void => {
  const found = resolvePath(parsePath(path)!)
  if (typeof found === 'string') refuse(field, `${path}: ${found}`)
}

/** A path to one value. */
const checkValuePath = (path: string, field: string): void => {
  checkPath(path, field)
  const found = fieldOf(path)
  if (found.kind === 'tags') refuse(field, 'tags are many; use has tag "…"')
  if (found.kind === 'native-component' || (found.kind === 'component' && found.steps.length === 0))
    refuse(field, `${path} is a whole component; name a field of it, such as ${path}.value`)
}

type PathCondition = Extract<Condition, { path: string }>

const checkUse = (condition: PathCondition, field: string): void => {
  const { path } = condition
  // a whole component may be there or contain something
  if (condition.op === 'contains' || condition.op === 'exists') {
    checkPath(path, `${field}.path`)
    const { kind } = fieldOf(path)
    if (kind === 'tags') refuse(`${field}.path`, 'tags are many; use has tag "…"')
    if (condition.op === 'contains' && kind !== 'component')
      refuse(`${field}.path`, `${path} is no data of a component; compare it with =`)
    return
  }
  checkValuePath(path, `${field}.path`)
  const found = fieldOf(path)
  if (found.kind === 'native') checkNativeValues(condition, found.type, field)
  if (condition.op === 'between' && typeof condition.low !== typeof condition.high)
    refuse(`${field}.high`, 'must be of the same kind as low')
}

const checkNativeValues = (condition: PathCondition, type: 'number' | 'text', field: string): void => {
  const kind = type === 'number' ? 'number' : 'string'
  const message = `${condition.path} is compared with a ${type}`
  const values: [string, unknown][] = []
  if ('value' in condition) values.push(['value', condition.value])
  if (condition.op === 'in')
    values.push(...condition.values.map((value, n): [string, unknown] => [`values[${n}]`, value]))
  if (condition.op === 'between') values.push(['low', condition.low], ['high', condition.high])
  if (condition.op === '~') values.push(['text', condition.text])
  const wrong = values.find(([, value]) => typeof value !== kind)
  if (wrong !== undefined) refuse(`${field}.${wrong[0]}`, message)
}
