import type { Condition, HierarchyCondition, Target } from '../ast.ts'
import { type Compiler, tables } from './compiler.ts'
import type { CompileIds } from './relationship.ts'

// an edge counts in the forest where both its ends exist; the type stands in the text, so that the planner sees that
// the index on parents holds it

/** `under`: below the target; `above`: on the way from the target to its root. */
export const hierarchyCondition = (
  compiler: Compiler,
  e: string,
  { op, steps, target }: HierarchyCondition,
  ids: CompileIds,
): string => {
  const [here, there] = op === 'under' ? ['target_id', 'source_id'] : ['source_id', 'target_id']
  const entities = tables.entities[compiler.moment]
  const relationships = tables.relationships[compiler.moment]
  const [w, r, x] = [compiler.alias(), compiler.alias(), compiler.alias()]
  const onwards = (
    from: string,
  ) => `JOIN ${relationships} ${r} ON ${r}.${there} = ${from} AND ${r}.type = 'hierarchy'
      JOIN ${entities} ${x} ON ${x}.entity_id = ${r}.${here}`
  const start = startOf(compiler, target, ids)
  if (steps === undefined) {
    // a forest has no cycles: each id once
    return `${e}.entity_id IN (
      WITH RECURSIVE ${w} (id) AS (
        SELECT ${r}.${here} FROM (${start}) start ${onwards('start.entity_id')}
        UNION SELECT ${r}.${here} FROM ${w} ${onwards(`${w}.id`)}
      ) SELECT id FROM ${w})`
  }
  return `${e}.entity_id IN (
    WITH RECURSIVE ${w} (id, steps) AS (
      SELECT start.entity_id, 0 FROM (${start}) start
      UNION SELECT ${r}.${here}, ${w}.steps + 1 FROM ${w} ${onwards(`${w}.id`)}
      WHERE ${w}.steps < ${compiler.parameter(steps[1], 'int4')}
    ) SELECT id FROM ${w} WHERE steps >= ${compiler.parameter(steps[0], 'int4')})`
}

const startOf = (compiler: Compiler, target: Target, ids: CompileIds): string => {
  if (typeof target !== 'string') return ids(compiler, target.where)
  const s = compiler.alias()
  return `SELECT ${s}.entity_id FROM ${tables.entities[compiler.moment]} ${s}
    WHERE ${s}.entity_id = ${compiler.parameter(target, 'text')}`
}

/** How many ancestors the entity has, counted from below and no further than the condition needs. */
export const depthCondition = (
  compiler: Compiler,
  e: string,
  { is, value }: Extract<Condition, { op: 'depth' }>,
): string => {
  const hasParent = `EXISTS (${parentsOf(compiler, `${e}.entity_id`)})`
  if (value === 0) {
    if (is === '>=') return 'true'
    if (is === '<') return 'false'
    return is === '=' || is === '<=' ? `NOT ${hasParent}` : hasParent
  }
  const w = compiler.alias()
  const depth = `(WITH RECURSIVE ${w} (id, level) AS (
      SELECT ${e}.entity_id, 0
      UNION ALL
      SELECT parent.id, ${w}.level + 1 FROM ${w}, LATERAL (${parentsOf(compiler, `${w}.id`)}) parent
      WHERE ${w}.level <= ${compiler.parameter(value, 'int4')}
    ) SELECT max(level) FROM ${w})`
  const condition = `${depth} ${is === '!=' ? '<>' : is} ${compiler.parameter(value, 'int4')}`
  // those without a parent need not be counted, and those with one have an index
  return is === '=' || is === '>' || is === '>=' ? `(${hasParent} AND ${condition})` : `(${condition})`
}

const parentsOf = (compiler: Compiler, child: string): string => {
  const [r, p] = [compiler.alias(), compiler.alias()]
  return `SELECT ${p}.entity_id AS id FROM ${tables.relationships[compiler.moment]} ${r}
    JOIN ${tables.entities[compiler.moment]} ${p} ON ${p}.entity_id = ${r}.source_id
    WHERE ${r}.target_id = ${child} AND ${r}.type = 'hierarchy'`
}
