import type { Query } from '../ast.ts'
import { type Compiler, tables } from './compiler.ts'
import { compileCondition } from './condition.ts'
import { projected } from './projection.ts'

export interface Statement {
  text: string
  values: unknown[]
}

const whereOf = (compiler: Compiler, query: Query): string =>
  query.where === undefined ? 'true' : compileCondition(compiler, 'e', query.where, true)

export const compileCount = (compiler: Compiler, query: Query): Statement => ({
  text: `SELECT count(*) AS count FROM ${tables.entities[compiler.moment]} e WHERE ${whereOf(compiler, query)}`,
  values: compiler.values,
})

/** The largest groups first; those of one size in the order of their value's JSON. */
export const compileGroups = (compiler: Compiler, query: Query, groups: number): Statement => {
  const condition = whereOf(compiler, query)
  const value = projected(compiler, 'e', query.group!)
  const text = `SELECT g.value, count(*) AS count
    FROM (SELECT ${value} AS value FROM ${tables.entities[compiler.moment]} e WHERE ${condition}) g
    GROUP BY g.value ORDER BY count(*) DESC, g.value COLLATE "C" NULLS LAST LIMIT ${compiler.parameter(groups, 'int4')}`
  return { text, values: compiler.values }
}
