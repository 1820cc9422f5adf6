import type { Query } from '../ast.ts'
import { comesAfter, type Place } from './after.ts'
import { type Compiler, tables } from './compiler.ts'
import { allComponents, projected } from './projection.ts'
import { type Order, type OrderKey, orderBy, orderOf } from './sort.ts'
import { compileWhere } from './where.ts'

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
  const e = 'e'
  const where = compileWhere(compiler, query.where)
  const order = orderOf(compiler, e, query)
  const limit = compiler.parameter(rows, 'int4')
  const looked =
    where.look === undefined
      ? undefined
      : lookedAt(compiler, where.look, query.where === undefined, order, limit, after)
  // where the look has filled the page, nothing else is read
  const gate = looked === undefined ? '' : `(SELECT count(*) FROM look) < ${limit} AND `
  const arms = where.arms.map((condition, n) =>
    n > 0 && order.keys.length === 0
      ? walked(compiler, gate + condition, limit, after)
      : foundRows(compiler, gate + condition, order, limit, after),
  )
  if (looked !== undefined) arms.unshift(`SELECT * FROM look WHERE (SELECT count(*) FROM look) >= ${limit}`)
  const searched = [looked && `look AS MATERIALIZED (${looked})`, where.tables].filter((text) => text)
  const place = orderBy(
    order.keys.map((key, n) => ({ ...key, expression: `k${n}` })),
    'entity_id',
  )
  const found =
    arms.length === 1
      ? arms[0]!
      : `WITH ${searched.join(', ')} ${arms.map((arm, n) => `SELECT * FROM (${arm}) arm${n}`).join(' UNION ALL ')}
         ORDER BY ${place} LIMIT ${limit}`
  const shown = query.select === undefined ? whole(compiler) : selected(compiler, query.select)
  const keys = order.keys.map((key, n) => ({ ...key, expression: `f.k${n}` }))
  const text = `SELECT ${shown}${order.keys.map((_, n) => `, f.k${n}`).join('')}
    FROM (${found}) f ORDER BY ${orderBy(keys, 'f.entity_id')}`
  return { text, values: compiler.values, keys: order.keys.map(({ type }) => type) }
}

const whole = (compiler: Compiler): string =>
  `f.entity_id, f.name, f.class_type, f.archetype, f.tags, f.flux_position, f.x, f.y, f.z, f.from_seq,
    f.created_at, f.updated_at, ${allComponents(compiler, 'f')} AS components`

const selected = (compiler: Compiler, paths: string[]): string =>
  ['f.entity_id', ...paths.map((path, n) => `${projected(compiler, 'f', path)} AS v${n}`)].join(', ')

/**
 * Entities in order of id, each tested. OFFSET keeps the planner from joining all of them with all that a condition is
 * about: many meet it, so a page is soon full.
 */
const walked = (compiler: Compiler, condition: string, limit: string, after: Place | undefined): string => {
  const behind = after === undefined ? 'true' : comesAfter(compiler, [], 'e.entity_id', after)
  return `SELECT e.* FROM (SELECT * FROM ${tables.entities[compiler.moment]} e WHERE ${behind}
    ORDER BY e.entity_id OFFSET 0) e WHERE ${condition} LIMIT ${limit}`
}

/**
 * The rows of the page that are among the first of all rows in its order; undefined where no index has that order. With
 * one hot number as the order only those that have it are looked at, which come first.
 */
const lookedAt = (
  compiler: Compiler,
  test: () => string,
  isAll: boolean,
  { keys, hot }: Order,
  limit: string,
  after: Place | undefined,
): string | undefined => {
  const entities = `${tables.entities[compiler.moment]} e`
  const columns = `e.*${keys.map(({ expression }, n) => `, ${expression} AS k${n}`).join('')}`
  const order = (id: string, kept: OrderKey[]) => orderBy(kept, id)
  const behind = (id: string, kept: OrderKey[]) =>
    after === undefined ? '' : ` AND ${comesAfter(compiler, kept, id, after)}`
  if (keys.length === 0 && isAll) return undefined
  if (keys.length === 0)
    return `SELECT e.* FROM (SELECT * FROM ${entities} WHERE true${behind('e.entity_id', [])}
      ORDER BY e.entity_id LIMIT ${firstRows}) e WHERE ${test()} ORDER BY e.entity_id LIMIT ${limit}`
  // the order of one path is two columns, of which numbers have the first alone
  if (hot === undefined || keys.length > 2 || after?.keys[0] === null) return undefined
  const kept = [{ ...keys[0]!, nullable: false }, keys[1]!]
  return `SELECT ${columns} FROM (SELECT * FROM ${hot.table}
      WHERE ${hot.alias}.component_type = ${hot.type} AND ${hot.expression} IS NOT NULL${behind(`${hot.alias}.entity_id`, kept)}
      ORDER BY ${order(`${hot.alias}.entity_id`, kept.slice(0, 1))} LIMIT ${firstRows}) ${hot.alias}
    JOIN ${entities} ON ${hot.on} WHERE ${test()} ORDER BY ${order('e.entity_id', kept)} LIMIT ${limit}`
}

/** So many entities are looked at in some ten milliseconds; what one in twenty meets fills a page. */
const firstRows = 2_000

const foundRows = (
  compiler: Compiler,
  condition: string,
  order: Order,
  limit: string,
  after: Place | undefined,
): string => {
  const columns = `e.*${order.keys.map(({ expression }, n) => `, ${expression} AS k${n}`).join('')}`
  const entities = `${tables.entities[compiler.moment]} e`
  const within = (from: string, keys: OrderKey[], more = '') => {
    const behind = after === undefined ? '' : ` AND ${comesAfter(compiler, keys, 'e.entity_id', after)}`
    return `SELECT ${columns} FROM ${from} WHERE ${condition}${more}${behind}
      ORDER BY ${orderBy(keys, 'e.entity_id')} LIMIT ${limit}`
  }
  const { hot } = order
  const all = `${entities}${order.joins}`
  if (hot === undefined) return within(all, order.keys)
  const without = within(all, order.keys, ` AND ${hot.expression} IS NULL`)
  // those that have the hot number come first: they are walked in the order of its index, and the others are only looked
  // for where the page is not full without them
  if (after?.keys[0] === null) return without
  const [first, ...others] = order.keys
  const inner = `${entities} JOIN ${hot.table} ON ${hot.on}${order.joins.slice(hot.joined.length)}`
  const front = within(
    inner,
    [{ ...first!, nullable: false }, ...others],
    ` AND ${hot.expression} IS NOT NULL`,
  )
  return `WITH front AS MATERIALIZED (${front})
    SELECT * FROM front
    UNION ALL SELECT * FROM (${without}) w WHERE (SELECT count(*) FROM front) < ${limit}
    ORDER BY ${orderBy(
      order.keys.map((key, n) => ({ ...key, expression: `k${n}` })),
      'entity_id',
    )} LIMIT ${limit}`
}
