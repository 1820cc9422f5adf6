import type { Query } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import { finderOf } from './finder.ts'
import { projected } from './projection.ts'
import { compileSearch } from './search.ts'
import { compileWhere } from './where.ts'

export interface Statement {
  text: string
  values: unknown[]
}

/** A row of `shown` for each entity that meets the condition. */
const shownOf = (compiler: Compiler, query: Query, shown: string): string => {
  const { finders, tested, planned } = compileWhere(compiler, query.where)
  const all = (condition: string) =>
    `SELECT ${shown} FROM ${rowsOf(compiler, 'entities')} e WHERE ${condition}`
  if (finders.length === 0) return `(${all(planned())}) found`
  const { tables: searched, isVast } = compileSearch(compiler, finders)
  const few = `SELECT ${shown} FROM (SELECT id FROM driver UNION SELECT id FROM wide) g,
    LATERAL (SELECT * FROM ${rowsOf(compiler, 'entities', 'one')} e WHERE e.entity_id = g.id OFFSET 0) e WHERE ${tested()}`
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
  return `SELECT count(*) AS count FROM ${shownOf(compiler, query, '1')}`
}

/** The largest groups first; those of one size in the order of their value's JSON. */
export const compileGroups = (compiler: Compiler, query: Query, groups: number): Statement => {
  const counted = wholeGroups(compiler, query) ?? groupsOf(compiler, query)
  const text = `SELECT value, count FROM (${counted}) g ORDER BY count DESC, value COLLATE "C" NULLS LAST LIMIT ${compiler.parameter(groups, 'int4')}`
  return { text, values: compiler.values }
}

const groupsOf = (compiler: Compiler, query: Query): string => {
  const rows = shownOf(compiler, query, `${projected(compiler, 'e', query.group!)} AS value`)
  return `SELECT value, count(*) AS count FROM ${rows} GROUP BY value`
}

/** Of all entities by their class or a hot text, which an index alone tells. */
const wholeGroups = (compiler: Compiler, { where, group }: Query): string | undefined => {
  if (where !== undefined || compiler.moment === 'past') return undefined
  const words = wordsOf(compiler, group!)
  if (words === undefined) return undefined
  return `WITH words AS MATERIALIZED (SELECT word, number FROM ${words})
    SELECT to_jsonb(word)::text AS value, number AS count FROM words
    UNION ALL
    SELECT NULL, absent FROM (SELECT entity_count - coalesce((SELECT sum(number)::int8 FROM words), 0) AS absent
      FROM worlds WHERE world_id = $1) w WHERE absent > 0`
}

const wordsOf = (compiler: Compiler, group: string): string | undefined => {
  const field = fieldOf(group)
  if (field.kind === 'native' && field.field === 'class') return 'entities_by_class($1)'
  const isHot =
    field.kind === 'component' &&
    field.steps.length === 1 &&
    compiler.hot(field.component).text === field.steps[0]
  return isHot ? `components_by_word($1, ${compiler.parameter(field.component, 'text')})` : undefined
}
