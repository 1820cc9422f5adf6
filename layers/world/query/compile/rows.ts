import { comesAfter, type Place } from './after.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import { type Order, type OrderKey, orderBy } from './sort.ts'

/** The page that rows are looked for. Each query of rows answers the entity `e` and the keys `k0`, `k1`, … */
export interface PageRows {
  compiler: Compiler
  order: Order
  /** The parameter of its length. */
  limit: string
  after: Place | undefined
}

const columnsOf = ({ keys }: Order): string =>
  `e.*${keys.map(({ expression }, n) => `, ${expression} AS k${n}`).join('')}`

const behind = ({ compiler, after }: PageRows, keys: readonly OrderKey[]): string =>
  after === undefined ? 'true' : comesAfter(compiler, keys, 'e.entity_id', after)

/** Of all rows, by whichever way the planner takes. */
export const foundRows = (page: PageRows, condition: string): string => {
  const { order, limit, after } = page
  const { hot } = order
  if (hot === undefined) return plainRows(page, condition)
  const others = plainRows(page, `${condition} AND ${hot.expression} IS NULL`)
  if (after?.keys[0] === null) return others
  // those that have the hot number come first, and are walked in the order of its index
  const [first, ...more] = order.keys
  const inner = ` JOIN ${hot.table} ON ${hot.on}${order.joins.slice(hot.joined.length)}`
  const keys = [{ ...first!, nullable: false }, ...more]
  const front = plainRows(page, `${condition} AND ${hot.expression} IS NOT NULL`, keys, inner)
  return `WITH first AS MATERIALIZED (${front})
    SELECT * FROM first
    UNION ALL SELECT * FROM (${others}) w WHERE (SELECT count(*) FROM first) < ${limit}`
}

/** The same in one go. */
export const plainRows = (
  page: PageRows,
  condition: string,
  keys: readonly OrderKey[] = page.order.keys,
  joins = page.order.joins,
): string => `SELECT ${columnsOf(page.order)} FROM ${rowsOf(page.compiler, 'entities', page.order.walk === 'id' ? 'inOrder' : 'any')} e${joins}
    WHERE ${condition} AND ${behind(page, keys)}
    ORDER BY ${orderBy(keys, 'e.entity_id')} LIMIT ${page.limit}`

/** Of the entities with these ids (a query that names each once), looked up one by one: in order of id until the page is full, or all. */
export const gatheredRows = (page: PageRows, ids: string, condition: string): string => {
  const { compiler, order, limit } = page
  const entity = `LATERAL (SELECT * FROM ${rowsOf(compiler, 'entities', 'one')} e WHERE e.entity_id = g.id OFFSET 0) e`
  // a sort of what has that order already costs nothing; of an order that is not that of ids it is needed
  const sorted = order.walk === 'id' ? '' : `ORDER BY ${orderBy(order.keys, 'e.entity_id')}`
  return `SELECT ${columnsOf(order)} FROM (SELECT id FROM (${ids}) u ORDER BY id OFFSET 0) g, ${entity}${order.lookups}
    WHERE ${condition} AND ${behind(page, order.keys)} ${sorted} LIMIT ${limit}`
}

/**
 * Of all rows in the order of an index, each tested until the page is full. OFFSET keeps the planner from joining all of
 * them with all that a condition is about, and so from another order.
 *
 * @param gate looked at once, before anything is read
 * @param isAmong looked at before a row is read
 */
export const walkedRows = (
  page: PageRows,
  condition: string,
  gate: string,
  isAmong?: (id: string) => string,
): string => {
  const { order, limit } = page
  const filter = (id: string) => (isAmong === undefined ? '' : ` AND ${isAmong(id)}`)
  if (order.walk === 'number')
    return `SELECT ${columnsOf(order)} FROM ${numbered(page, 'NULL::int4')}
      WHERE ${gate}${filter('n.id')} AND ${condition} LIMIT ${limit}`
  return `SELECT ${columnsOf(order)} FROM (${ordered(page, 'OFFSET 0')}) e
    WHERE ${gate}${filter('e.entity_id')} AND ${condition} LIMIT ${limit}`
}

/** The rows of the page that are among the first `rows` of all in its order. */
export const lookedRows = (page: PageRows, condition: string, rows: number): string => {
  const { order, limit } = page
  const source = order.walk === 'number' ? numbered(page, `${rows}`) : `(${ordered(page, `LIMIT ${rows}`)}) e`
  return `SELECT ${columnsOf(order)} FROM ${source} WHERE ${condition} LIMIT ${limit}`
}

/** Entities in the order of their id or of one of their columns. */
const ordered = (page: PageRows, end: string): string => {
  const { compiler, order } = page
  return `SELECT * FROM ${rowsOf(compiler, 'entities', 'inOrder')} e WHERE ${behind(page, order.keys)}
    ORDER BY ${orderBy(order.keys, 'e.entity_id')} ${end}`
}

/** Entities in the order of the hot number that they have, with the component that has it. */
const numbered = ({ compiler, order, after }: PageRows, most: string): string => {
  const { table, alias, type, on } = order.hot!
  const isUp = order.keys[0]!.direction === 'asc'
  const start = compiler.parameter(after?.keys[0] ?? (isUp ? -Infinity : Infinity), 'float8')
  const id = compiler.parameter(after?.id ?? '', 'text')
  const walk = `components_${isUp ? 'ascending' : 'descending'}($1, ${type}, ${start}, ${id}, ${most})`
  return `(SELECT ${walk} COLLATE "C" AS id OFFSET 0) n,
    LATERAL (SELECT * FROM ${rowsOf(compiler, 'entities', 'one')} e WHERE e.entity_id = n.id OFFSET 0) e,
    LATERAL (SELECT * FROM ${table} WHERE ${on} OFFSET 0) ${alias}`
}
