import type { Condition, HierarchyCondition, Target } from '../ast.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import type { CompileIds } from './relationship.ts'

// an edge counts in the forest where both its ends exist; the type stands in the text, so that the planner sees that
// the index on parents holds it

/**
 * `under`: below the target; `above`: on the way from the target to its root. What is below may be the whole world: where
 * that need not drive the statement, an entity's own ancestors are looked at instead.
 */
export const hierarchyCondition = (
  compiler: Compiler,
  e: string,
  condition: HierarchyCondition,
  ids: CompileIds,
  drives: boolean,
): string =>
  condition.op === 'above' || drives
    ? `${e}.entity_id IN (${hierarchyIds(compiler, condition, ids)})`
    : hasAncestor(compiler, e, condition, ids)

/** The ids, level by level as it goes on. */
export const hierarchyIds = (
  compiler: Compiler,
  { op, steps, target }: HierarchyCondition,
  ids: CompileIds,
): string => {
  const [here, there] = op === 'under' ? ['target_id', 'source_id'] : ['source_id', 'target_id']
  const entities = rowsOf(compiler, 'entities', 'any')
  const relationships = rowsOf(compiler, 'relationships', 'any')
  const [w, r, x] = [compiler.alias(), compiler.alias(), compiler.alias()]
  const onwards = (
    from: string,
  ) => `JOIN ${relationships} ${r} ON ${r}.${there} = ${from} AND ${r}.type = 'hierarchy'
      JOIN ${entities} ${x} ON ${x}.entity_id = ${r}.${here}`
  const start = startOf(compiler, target, ids)
  if (steps === undefined) {
    // a forest has no cycles: each id once
    return `SELECT id FROM (WITH RECURSIVE ${w} (id) AS (
        SELECT ${r}.${here} FROM (${start}) start (id) ${onwards('start.id')}
        UNION SELECT ${r}.${here} FROM ${w} ${onwards(`${w}.id`)}
      ) SELECT id FROM ${w}) ${compiler.alias()}`
  }
  return `SELECT id FROM (WITH RECURSIVE ${w} (id, steps) AS (
      SELECT start.id, 0 FROM (${start}) start (id)
      UNION SELECT ${r}.${here}, ${w}.steps + 1 FROM ${w} ${onwards(`${w}.id`)}
      WHERE ${w}.steps < ${compiler.parameter(steps[1], 'int4')}
    ) SELECT id FROM ${w} WHERE steps >= ${compiler.parameter(steps[0], 'int4')}) ${compiler.alias()}`
}

const hasAncestor = (
  compiler: Compiler,
  e: string,
  { steps, target }: HierarchyCondition,
  ids: CompileIds,
): string => {
  const w = compiler.alias()
  const bound = steps === undefined ? '' : ` WHERE ${w}.steps < ${compiler.parameter(steps[1], 'int4')}`
  const fewest = steps === undefined ? '' : ` AND ${w}.steps >= ${compiler.parameter(steps[0], 'int4')}`
  const isTarget =
    typeof target === 'string'
      ? `${w}.id = ${compiler.parameter(target, 'text')}`
      : `${w}.id IN (${ids(compiler, target.where)})`
  return `EXISTS (WITH RECURSIVE ${w} (id, steps) AS (
      SELECT parent.id, 1 FROM (${parentsOf(compiler, `${e}.entity_id`)}) parent
      UNION ALL
      SELECT parent.id, ${w}.steps + 1 FROM ${w}, LATERAL (${parentsOf(compiler, `${w}.id`)}) parent${bound}
    ) SELECT FROM ${w} WHERE ${isTarget}${fewest})`
}

const startOf = (compiler: Compiler, target: Target, ids: CompileIds): string => {
  if (typeof target !== 'string') return ids(compiler, target.where)
  const s = compiler.alias()
  return `SELECT ${s}.entity_id FROM ${rowsOf(compiler, 'entities', 'any')} ${s}
    WHERE ${s}.entity_id = ${compiler.parameter(target, 'text')}`
}

/** Up to so many ancestors are joined, which finds many entities at once; planning more takes longer than it saves. */
const chainLength = 2

/** How many ancestors the entity has, counted from below and no further than the condition needs. */
export const depthCondition = (
  compiler: Compiler,
  e: string,
  { is, value }: Extract<Condition, { op: 'depth' }>,
  drives: boolean,
): string => {
  const hasParent = `EXISTS (${parentsOf(compiler, `${e}.entity_id`)})`
  if (value === 0) {
    if (is === '>=') return 'true'
    if (is === '<') return 'false'
    return is === '=' || is === '<=' ? `NOT ${hasParent}` : hasParent
  }
  if (is === '=' && drives && compiler.moment === 'now')
    return `${e}.entity_id IN (${idsAtDepth(compiler, value)})`
  if (value <= chainLength && compiler.moment === 'now') return byChains(compiler, e, is, value)
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

/**
 * From the top down: every edge of the forest is read once or twice, however few entities there are at the depth, instead of
 * each entity's way up.
 *
 * @param depth from 1 on
 */
const idsAtDepth = (compiler: Compiler, depth: number): string => {
  const [edge, level] = [compiler.alias(), compiler.alias()]
  const ids = `SELECT x.entity_id FROM ${rowsOf(compiler, 'entities')} x`
  const value = compiler.parameter(depth, 'int4')
  return `WITH RECURSIVE ${edge} (source, target) AS MATERIALIZED (
      SELECT r.source_id, r.target_id FROM ${rowsOf(compiler, 'relationships')} r
      WHERE r.type = 'hierarchy' AND r.source_id IN (${ids}) AND r.target_id IN (${ids})
    ), ${level} (id, depth) AS (
      SELECT c.target, 1 FROM ${edge} c WHERE NOT EXISTS (SELECT FROM ${edge} p WHERE p.target = c.source)
      UNION ALL
      SELECT c.target, l.depth + 1 FROM ${level} l JOIN ${edge} c ON c.source = l.id WHERE l.depth < ${value}
    ) SELECT id FROM ${level} WHERE depth = ${value}`
}

const parentsOf = (compiler: Compiler, child: string): string => {
  const [r, p] = [compiler.alias(), compiler.alias()]
  return `SELECT ${p}.entity_id AS id FROM ${rowsOf(compiler, 'relationships', 'one')} ${r}
    JOIN ${rowsOf(compiler, 'entities', 'one')} ${p} ON ${p}.entity_id = ${r}.source_id
    WHERE ${r}.target_id = ${child} AND ${r}.type = 'hierarchy'`
}

const byChains = (
  compiler: Compiler,
  e: string,
  is: Extract<Condition, { op: 'depth' }>['is'],
  value: number,
): string => {
  const atLeast = (count: number): string => `EXISTS (${chainOf(compiler, e, count)})`
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

const chainOf = (compiler: Compiler, e: string, count: number): string => {
  const sources: string[] = []
  const conditions: string[] = []
  let below = `${e}.entity_id`
  for (let level = 0; level < count; level++) {
    const [r, p] = [compiler.alias(), compiler.alias()]
    sources.push(
      `${rowsOf(compiler, 'relationships', 'one')} ${r}`,
      `${rowsOf(compiler, 'entities', 'one')} ${p}`,
    )
    conditions.push(
      `${r}.target_id = ${below} AND ${r}.type = 'hierarchy' AND ${p}.entity_id = ${r}.source_id`,
    )
    below = `${p}.entity_id`
  }
  return `SELECT FROM ${sources.join(', ')} WHERE ${conditions.join(' AND ')}`
}
