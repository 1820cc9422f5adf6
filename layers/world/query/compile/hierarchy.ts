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
  const onwards = (from: string) => `JOIN ${relationships} ${r} ON ${r}.${there} = ${from} AND ${r}.type = 'hierarchy'
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

/** How many ancestors the entity has: a chain of parents of known length, which the planner may join as it likes. */
export const depthCondition = (
  compiler: Compiler,
  e: string,
  { is, value }: Extract<Condition, { op: 'depth' }>,
): string => {
  const atLeast = (depth: number) => hasAncestors(compiler, e, depth)
  switch (is) {
    case '=':
      return `(${atLeast(value)} AND NOT ${atLeast(value + 1)})`
    case '!=':
      return `NOT (${atLeast(value)} AND NOT ${atLeast(value + 1)})`
    case '<':
      return `NOT ${atLeast(value)}`
    case '<=':
      return `NOT ${atLeast(value + 1)}`
    case '>':
      return atLeast(value + 1)
    case '>=':
      return atLeast(value)
  }
}

const hasAncestors = (compiler: Compiler, e: string, count: number): string => {
  if (count === 0) return 'true'
  const joins: string[] = []
  let below = `${e}.entity_id`
  const conditions: string[] = []
  for (let level = 0; level < count; level++) {
    const [r, p] = [compiler.alias(), compiler.alias()]
    joins.push(
      `${tables.relationships[compiler.moment]} ${r}`,
      `${tables.entities[compiler.moment]} ${p}`,
    )
    conditions.push(
      `${r}.target_id = ${below} AND ${r}.type = 'hierarchy' AND ${p}.entity_id = ${r}.source_id`,
    )
    below = `${p}.entity_id`
  }
  return `EXISTS (SELECT FROM ${joins.join(', ')} WHERE ${conditions.join(' AND ')})`
}
