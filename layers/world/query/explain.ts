import type pg from 'pg'
import type { Json, JsonObject } from '../event.ts'
import type { Condition, Query } from './ast.ts'
import { type Compiler, createCompiler } from './compile/compiler.ts'
import { isDriving } from './compile/driving.ts'
import { orderOf } from './compile/sort.ts'
import { componentTypesOf } from './component-types.ts'
import { fieldOf } from './fields.ts'
import { printCondition, printQuery } from './print.ts'
import { readQueryTypes } from './read-types.ts'
import { type PreparedQuery, prepareQuery, type QueryRequest } from './run.ts'

export interface Explanation {
  /** The query as text. */
  query: string
  /** How it is answered, a sentence each. */
  steps: string[]
  /** That every entity of the world may be read, and for the want of what. */
  warning?: string
  /** PostgreSQL's plan: which tables and indexes, in which order. No estimates: they are made from every tenant's rows. */
  plan: Json
}

/** What PostgreSQL would do; the query itself is not run. */
export const explainQuery = async (client: pg.ClientBase, request: QueryRequest): Promise<Explanation> => {
  const statement = await prepareQuery(client, request)
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: JsonObject }] }>(
    `EXPLAIN (FORMAT JSON, COSTS OFF) ${statement.text}`,
    statement.values,
  )
  const { hot } = await readQueryTypes(client, [request.worldId], componentTypesOf(request.query))
  const compiler = createCompiler(request.readWorldId, request.asOf, hot)
  const warning = warningOf(compiler, request)
  return {
    query: printQuery(request.query),
    steps: stepsOf(compiler, request, statement),
    ...(warning !== undefined && { warning }),
    plan: shown(rows[0]!['QUERY PLAN'][0].Plan),
  }
}

const partsOf = ({ where }: Query): Condition[] =>
  where === undefined ? [] : where.op === 'and' ? where.of : [where]

const warningOf = (compiler: Compiler, { query, asOf }: QueryRequest): string | undefined => {
  const parts = partsOf(query)
  if (parts.some((part) => isDriving(compiler, part))) return undefined
  const cold = parts.map(printCondition).join(', ')
  const noIndex = cold === '' ? '' : `: no index finds ${cold}`
  if (query.group !== undefined) return `Reads every entity of the world${noIndex}.`
  if (query.count === true)
    return cold === '' && asOf === null ? undefined : `Reads every entity of the world${noIndex}.`
  const order = orderOf(createCompiler('', asOf, compiler.hot), 'e', query)
  if (order.walk === undefined) {
    const sort = (query.sort ?? []).map(({ by }) => by).join(', ')
    return `Reads every entity of the world${cold === '' ? ':' : `${noIndex}, and`} no index has the order of ${sort}.`
  }
  return cold === '' ? undefined : `Reads every entity of the world until the page is full${noIndex}.`
}

const stepsOf = (compiler: Compiler, { query, asOf }: QueryRequest, statement: PreparedQuery): string[] => {
  const parts = partsOf(query)
  const driving = parts.filter((part) => isDriving(compiler, part))
  const others = parts.filter((part) => !isDriving(compiler, part))
  return [
    asOf === null
      ? 'Reads the current rows.'
      : `Reads the rows of seq ${asOf}: current ones that are as old, and superseded ones.`,
    ...driving.map((part) => `${printCondition(part)}: ${foundBy(part)}.`),
    ...(driving.length === 0 ? ['No condition has an index: entities are looked at one by one.'] : []),
    ...others.map((part) => `${printCondition(part)}: tested on each entity that is looked at.`),
    ...endOf(query, statement),
  ]
}

const foundBy = (condition: Condition): string => {
  switch (condition.op) {
    case 'and':
      return 'found by one of its parts'
    case 'or':
      return 'each alternative is found by its own index'
    case 'tag':
      return 'found by the index on tags'
    case '->':
    case '<-':
      return condition.steps === undefined
        ? 'found by the index on relationships'
        : 'found step by step along the index on relationships'
    case 'under':
    case 'above':
      return 'found level by level along the index on relationships'
    case 'near':
    case 'box':
    case 'sphere':
      return 'found by the index on positions'
    case 'not':
    case 'has':
    case 'exists':
      return 'found by the index on signatures'
    case '~':
      return 'found by the index on parts of names'
    case 'contains':
      return 'found by the index on data'
    default: {
      const field = 'path' in condition ? fieldOf(condition.path) : undefined
      return field?.kind === 'component' ? 'found by the index on the hot field' : 'found by an index'
    }
  }
}

const endOf = (query: Query, statement: PreparedQuery): string[] => {
  if (statement.kind === 'count') return ['Counts what is left.']
  if (statement.kind === 'groups') return [`Counts each value of ${query.group}, the largest groups first.`]
  const by = (query.sort ?? []).map(({ by, direction }) => `${by} ${direction}`)
  return [`Puts them in order of ${[...by, 'id'].join(', ')}, and ends after ${statement.limit}.`]
}

const fields = new Set([
  ...[
    'Node Type',
    'Join Type',
    'Strategy',
    'Subplan Name',
    'CTE Name',
    'Function Name',
    'Relation Name',
    'Alias',
  ],
  ...[
    'Index Name',
    'Scan Direction',
    'Index Cond',
    'Recheck Cond',
    'Hash Cond',
    'Merge Cond',
    'Join Filter',
    'Filter',
  ],
  ...['One-Time Filter', 'Sort Key', 'Presorted Key', 'Group Key', 'Plans'],
])

/** Only what is known to be about this query. */
const shown = (plan: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(plan)
      .filter(([name]) => fields.has(name))
      .map(([name, value]) => [name, name === 'Plans' ? (value as JsonObject[]).map(shown) : value]),
  )
