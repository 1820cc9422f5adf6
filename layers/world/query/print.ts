import type { Json } from '../event.ts'
import type { Condition, HierarchyCondition, Query, RelationshipCondition, Steps, Target } from './ast.ts'
import { printWord } from './path.ts'

/** The text of a query; it parses to the same query again. */
export const printQuery = (query: Query): string => {
  const clauses: string[] = []
  if (query.where !== undefined) clauses.push(printCondition(query.where))
  if (query.select !== undefined) clauses.push(`select ${query.select.join(', ')}`)
  if (query.count !== undefined) clauses.push('count')
  if (query.group !== undefined) clauses.push(`group by ${query.group} count`)
  if (query.sort !== undefined)
    clauses.push(`sort by ${query.sort.map(({ by, direction }) => `${by} ${direction}`).join(', ')}`)
  if (query.limit !== undefined) clauses.push(`limit ${query.limit}`)
  return clauses.join(' ')
}

export const printCondition = (condition: Condition): string => {
  switch (condition.op) {
    case 'and':
      return condition.of.map(printOperand).join(' and ')
    case 'or':
      return condition.of.map(printOperand).join(' or ')
    case 'not':
      return `!${printOperand(condition.of)}`
    case 'has':
      return condition.component
    case 'exists':
      return `exists ${condition.path}`
    case 'in':
      return `${condition.path} in (${condition.values.map(printJson).join(', ')})`
    case 'between':
      return `${condition.path} between ${printJson(condition.low)} and ${printJson(condition.high)}`
    case '~':
      return `${condition.path} ~ ${printJson(condition.text)}`
    case 'tag':
      return `has tag ${printJson(condition.tag)}`
    case '->':
    case '<-':
      return printEdge(condition)
    case 'under':
    case 'above':
      return printHierarchy(condition)
    case 'depth':
      return `depth ${condition.is} ${condition.value}`
    case 'box':
      return `in box(${[...condition.min, ...condition.max].map(printJson).join(', ')})`
    case 'sphere':
      return `in sphere(${[...condition.center, condition.radius].map(printJson).join(', ')})`
    case 'near':
      return `near ${printJson(condition.entity)} within ${printJson(condition.within)}`
    default:
      return `${condition.path} ${condition.op} ${printJson(condition.value)}`
  }
}

const printJson = (value: Json): string => JSON.stringify(value)

const printOperand = (condition: Condition): string =>
  condition.op === 'and' || condition.op === 'or'
    ? `(${printCondition(condition)})`
    : printCondition(condition)

const printSteps = (steps: Steps | undefined): string => {
  if (steps === undefined) return ''
  return steps[0] === steps[1] ? `{${steps[0]}}` : `{${steps[0]},${steps[1]}}`
}

const printTarget = (target: Target): string =>
  typeof target === 'string' ? printJson(target) : `(${printCondition(target.where)})`

const printEdge = ({ op, type, min, max, steps, target }: RelationshipCondition): string => {
  const bounds = [
    ...(min === undefined ? [] : [`min ${printJson(min)}`]),
    ...(max === undefined ? [] : [`max ${printJson(max)}`]),
  ]
  return [
    `${op}${type === undefined ? '*' : printWord(type)}`,
    bounds.length === 0 ? '' : `(${bounds.join(', ')})`,
    printSteps(steps),
    target === undefined ? '' : ` of ${printTarget(target)}`,
  ].join('')
}

const printHierarchy = ({ op, steps, target }: HierarchyCondition): string =>
  `${op}${printSteps(steps)} ${printTarget(target)}`
