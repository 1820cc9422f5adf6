import type { Query } from '../ast.ts'
import type { Place } from './after.ts'
import type { Compiler } from './compiler.ts'
import { allComponents, projected } from './projection.ts'
import { foundRows, gatheredRows, lookedRows, type PageRows, plainRows, walkedRows } from './rows.ts'
import { compileLook, compileSearch, type Look, lookArms } from './search.ts'
import { type OrderKey, orderBy, orderOf } from './sort.ts'
import { compileWhere, type Where } from './where.ts'

/** A statement that answers rows of a page, in order; `keys` are the types of `k0`, `k1`, …: the place of a row. */
export interface PageStatement {
  text: string
  values: unknown[]
  keys: OrderKey['type'][]
}

/**
 * One page, `rows` long, after the place `after` (undefined: from the beginning). The rows are found first, in a
 * sub-query that ends at the page's length; what is shown of them is read after that.
 */
export const compilePage = (
  compiler: Compiler,
  query: Query,
  rows: number,
  after: Place | undefined,
): PageStatement => {
  const order = orderOf(compiler, 'e', query)
  const limit = compiler.parameter(rows, 'int4')
  const page: PageRows = { compiler, order, limit, after }
  const where = compileWhere(compiler, query.where)
  const { searched, arms } = where.finders.length > 0 ? byIndex(page, where) : inOrder(page, where, query)
  const place = orderBy(
    order.keys.map((key, n) => ({ ...key, expression: `k${n}` })),
    'entity_id',
  )
  const found = `${searched.length === 0 ? '' : `WITH ${searched.join(', ')} `}${arms
    .map((arm, n) => `SELECT * FROM (${arm}) arm${n}`)
    .join(' UNION ALL ')} ORDER BY ${place} LIMIT ${limit}`
  const shown = query.select === undefined ? whole(compiler) : selected(compiler, query.select)
  const keys = order.keys.map((key, n) => ({ ...key, expression: `f.k${n}` }))
  const text = `SELECT ${shown}${order.keys.map((_, n) => `, f.k${n}`).join('')}
    FROM (${found}) f ORDER BY ${orderBy(keys, 'f.entity_id')}`
  return { text, values: compiler.values, keys: order.keys.map(({ type }) => type) }
}

/** What answers a page: at most one of the arms, or parts of it, have rows that are not read in vain. */
interface Arms {
  searched: string[]
  arms: string[]
}

const lookOf = (page: PageRows, tested: () => string): Look => ({
  limit: page.limit,
  table: (rows) => lookedRows(page, tested(), rows),
})

const byIndex = (page: PageRows, { finders, planned, tested }: Where): Arms => {
  const { compiler, order, after } = page
  const looks = order.walk !== undefined && (order.walk !== 'number' || after?.keys[0] !== null)
  const look = looks ? lookOf(page, tested) : undefined
  const { tables: searched, isMany, isVast } = compileSearch(compiler, finders, look)
  const arms = looks ? [...lookArms] : []
  switch (order.walk) {
    case 'id':
      arms.push(gatheredRows(page, 'SELECT id FROM driver UNION SELECT id FROM wide', tested()))
      return { searched, arms: [...arms, walkedRows(page, tested(), isVast)] }
    case undefined:
      arms.push(gatheredRows(page, 'SELECT id FROM driver UNION SELECT id FROM wide', tested()))
      return { searched, arms: [...arms, foundRows(page, `${isVast} AND ${planned()}`)] }
    default: {
      arms.push(gatheredRows(page, 'SELECT DISTINCT id FROM driver', tested()))
      const isAmong = (id: string) => `CASE WHEN ${isVast} THEN true ELSE ${id} IN (SELECT id FROM wide) END`
      if (order.walk === 'column')
        return { searched, arms: [...arms, walkedRows(page, tested(), isMany, isAmong)] }
      return withNumbersFirst(page, { searched, arms }, tested, planned(), isMany, isAmong)
    }
  }
}

/** Of a condition that has no index. */
const inOrder = (page: PageRows, { planned, tested }: Where, query: Query): Arms => {
  const { order } = page
  if (order.walk === 'number')
    return withNumbersFirst(page, { searched: [], arms: [] }, tested, planned(), 'true')
  if (order.walk === undefined || query.where === undefined)
    return { searched: [], arms: [foundRows(page, planned())] }
  const { tables, isVast } = compileLook(page.compiler, lookOf(page, tested))
  return { searched: tables, arms: [...lookArms, foundRows(page, `${isVast} AND ${planned()}`)] }
}

/** Who has the hot number comes first; the others are only looked for where those do not fill the page. */
const withNumbersFirst = (
  page: PageRows,
  { searched, arms }: Arms,
  tested: () => string,
  planned: string,
  gate: string,
  isAmong?: (id: string) => string,
): Arms => {
  const { order, limit, after } = page
  const others = plainRows(
    page,
    `${gate}${isAmong === undefined ? '' : ` AND ${isAmong('e.entity_id')}`} AND ${planned} AND ${order.hot!.expression} IS NULL`,
  )
  if (after?.keys[0] === null) return { searched, arms: [...arms, others] }
  const front = `front AS MATERIALIZED (${walkedRows(page, tested(), gate, isAmong)})`
  return {
    searched: [...searched, front],
    arms: [
      ...arms,
      'SELECT * FROM front',
      `SELECT * FROM (${others}) others WHERE (SELECT count(*) FROM front) < ${limit}`,
    ],
  }
}

const whole = (compiler: Compiler): string =>
  `f.entity_id, f.name, f.class_type, f.archetype, f.tags, f.flux_position, f.x, f.y, f.z, f.from_seq,
    f.created_at, f.updated_at, ${allComponents(compiler, 'f')} AS components`

const selected = (compiler: Compiler, paths: string[]): string =>
  ['f.entity_id', ...paths.map((path, n) => `${projected(compiler, 'f', path)} AS v${n}`)].join(', ')
