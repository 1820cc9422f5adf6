import type { Query } from '../ast.ts'
import { type Compiler, tables } from './compiler.ts'
import { finderOf } from './finder.ts'
import { projected } from './projection.ts'
import { compileSearch } from './search.ts'
import { compileWhere } from './where.ts'

export interface Statement {
  text: string
  values: unknown[]
}

/** A row of `shown` for each entity that meets the condition. */
const rowsOf = (compiler: Compiler, query: Query, shown: string): string => {
  const { finders, tested, planned } = compileWhere(compiler, query.where)
  const entities = tables.entities[compiler.moment]
  const all = (condition: string) => `SELECT ${shown} FROM ${entities} e WHERE ${condition}`
  if (finders.length === 0) return `(${all(planned())}) found`
  const { tables: searched, isVast } = compileSearch(compiler, finders)
  const few = `SELECT ${shown} FROM (SELECT id FROM driver UNION SELECT id FROM wide) g,
    LATERAL (SELECT * FROM ${entities} e WHERE e.entity_id = g.id OFFSET 0) e WHERE ${tested()}`
  return `(WITH ${searched.join(', ')} ${few} UNION ALL ${all(`${isVast} AND ${planned()}`)}) found`
}

export const compileCount = (compiler: Compiler, query: Query): Statement => ({
  text: countText(compiler, query),
  values: compiler.values,
})

const countText = (compiler: Compiler, query: Query): string => {
  // the write path counts them
  if (query.where === undefined && compiler.moment === 'now')
    return 'SELECT entity_count AS count FROM worlds WHERE world_id = $1'
  const finder = query.where && finderOf(compiler, query.where)
  if (finder?.countable) return `SELECT count(*) AS count FROM (${finder.ids('NULL::int4')}) ids`
  return `SELECT count(*) AS count FROM ${rowsOf(compiler, query, '1')}`
}

/** The largest groups first; those of one size in the order of their value's JSON. */
export const compileGroups = (compiler: Compiler, query: Query, groups: number): Statement => {
  const value = projected(compiler, 'e', query.group!)
  const text = `SELECT value, count(*) AS count FROM ${rowsOf(compiler, query, `${value} AS value`)}
    GROUP BY value ORDER BY count(*) DESC, value COLLATE "C" NULLS LAST LIMIT ${compiler.parameter(groups, 'int4')}`
  return { text, values: compiler.values }
}
