import type { Query, SortKey } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import { queryLimits } from '../limits.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import { type ComponentField, dataAt, numberOf, textOf } from './component.ts'
import { nativeColumn } from './native.ts'

/** One column that rows are put in order by. */
export interface OrderKey {
  expression: string
  type: 'float8' | 'text'
  direction: 'asc' | 'desc'
  /** Nulls come last, whatever the direction. */
  nullable: boolean
}

/** The component whose hot number is the first key. */
interface HotOrder {
  table: string
  alias: string
  /** The parameter of its type. */
  type: string
  joined: string
  on: string
  expression: string
}

/** What the place of a row is made of, but for its id, which comes last. */
export interface Order {
  keys: OrderKey[]
  /** Where the components that keys are read from are joined to the entity. */
  joins: string
  /** The same, looked up for each entity. */
  lookups: string
  /** The order is that of an index: of ids, of one column of the entity, of one hot number; undefined: of none. */
  walk: 'id' | 'column' | 'number' | undefined
  /** The join of the first key's component, where its hot column can be walked in order. */
  hot: HotOrder | undefined
}

/** A path is up to two columns: its numbers come before its texts, and both before anything else. */
export const orderOf = (compiler: Compiler, e: string, query: Query): Order => {
  const order: Order = { keys: [], joins: '', lookups: '', hot: undefined, walk: undefined }
  for (const key of query.sort ?? []) addKey(compiler, e, key, order)
  return { ...order, walk: walkOf(compiler, query.sort ?? [], order) }
}

const indexedColumns: unknown[] = ['name', 'x']

const walkOf = (compiler: Compiler, [first, ...more]: SortKey[], { hot }: Order): Order['walk'] => {
  if (first === undefined) return 'id'
  if (compiler.moment === 'past' || more.length > 0) return undefined
  if (hot !== undefined) return 'number'
  const field = fieldOf(first.by)
  return field.kind === 'native' && indexedColumns.includes(field.field) ? 'column' : undefined
}

const addKey = (compiler: Compiler, e: string, { by, direction }: SortKey, order: Order): void => {
  const field = fieldOf(by)
  if (field.kind === 'native') {
    const expression = sortedColumn(compiler, nativeColumn(e, field.field), field.field, e)
    const type = field.type === 'number' ? 'float8' : 'text'
    const nullable = compiler.moment === 'past' && field.field === 'activity'
    order.keys.push({ expression, type, direction, nullable })
    return
  }
  if (field.kind === 'component') addComponentKeys(compiler, e, field, direction, order)
}

const sortedColumn = (compiler: Compiler, column: string, field: string, e: string): string => {
  if (field === 'name' && compiler.moment === 'now') return `${e}.name_key`
  if (field === 'name' || field === 'class' || field === 'archetype')
    return `left(${column}, ${queryLimits.sortedCharacters}) COLLATE "C"`
  return column
}

const addComponentKeys = (
  compiler: Compiler,
  e: string,
  field: ComponentField,
  direction: 'asc' | 'desc',
  order: Order,
): void => {
  const c = compiler.alias()
  const [table, one] = (['any', 'one'] as const).map(
    (access) => `${rowsOf(compiler, 'components', access)} ${c}`,
  )
  const type = compiler.parameter(field.component, 'text')
  const on = `${c}.entity_id = ${e}.entity_id AND ${c}.component_type = ${type}`
  const value = dataAt(compiler, c, field.steps)
  const isHot =
    compiler.moment === 'now' &&
    field.steps.length === 1 &&
    compiler.hot(field.component).number === field.steps[0]
  const number = isHot ? `${c}.hot_number` : numberOf(value)
  const text = `left(${textOf(value)}, ${queryLimits.sortedCharacters}) COLLATE "C"`
  const join = ` LEFT JOIN ${table} ON ${on}`
  if (isHot && order.keys.length === 0)
    order.hot = { table, alias: c, type, joined: join, on, expression: number }
  order.keys.push(
    { expression: number, type: 'float8', direction, nullable: true },
    { expression: text, type: 'text', direction, nullable: true },
  )
  order.joins += join
  order.lookups += ` LEFT JOIN LATERAL (SELECT * FROM ${one} WHERE ${on} OFFSET 0) ${c} ON true`
}

/** With the id last, so that no two rows have the same place. */
export const orderBy = (keys: readonly OrderKey[], id: string): string =>
  [
    ...keys.map(
      ({ expression, direction, nullable }) => `${expression} ${direction}${nullable ? ' NULLS LAST' : ''}`,
    ),
    id,
  ].join(', ')
