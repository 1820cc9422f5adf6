import type { Query } from '../ast.ts'
import { type Compiler, tables } from './compiler.ts'
import { projected } from './projection.ts'
import { compileWhere } from './where.ts'

export interface Statement {
  text: string
  values: unknown[]
}

/** A row of `shown` for each entity that meets the condition. */
const rowsOf = (compiler: Compiler, query: Query, shown: string): string => {
  const { tables: searched, arms } = compileWhere(compiler, query.where)
  const rows = arms.map(
    (condition) => `SELECT ${shown} FROM ${tables.entities[compiler.moment]} e WHERE ${condition}`,
  )
  return `(${searched === '' ? '' : `WITH ${searched} `}${rows.join(' UNION ALL ')}) found`
}

export const compileCount = (compiler: Compiler, query: Query): Statement => ({
  text: `SELECT count(*) AS count FROM ${rowsOf(compiler, query, '1')}`,
  values: compiler.values,
})

/** The largest groups first; those of one size in the order of their value's JSON. */
export const compileGroups = (compiler: Compiler, query: Query, groups: number): Statement => {
  const value = projected(compiler, 'e', query.group!)
  const text = `SELECT value, count(*) AS count FROM ${rowsOf(compiler, query, `${value} AS value`)}
    GROUP BY value ORDER BY count(*) DESC, value COLLATE "C" NULLS LAST LIMIT ${compiler.parameter(groups, 'int4')}`
  return { text, values: compiler.values }
}
