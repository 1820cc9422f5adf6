import type { Condition, RelationshipCondition, Target } from '../ast.ts'
import { type Compiler, rowsOf } from './compiler.ts'

/** Compiles a sub-query to the ids that it finds. */
export type CompileIds = (compiler: Compiler, condition: Condition) => string

/** Compiles a condition on one row. */
type CompileTest = (compiler: Compiler, e: string, condition: Condition, drives: boolean) => string

const isOneStep = ({ steps }: RelationshipCondition): boolean => steps === undefined || steps[1] === 1

/** `->`: the entity is the source of such an edge to the target; `<-`: it is what the target's edge leads to. */
export const edgeCondition = (
  compiler: Compiler,
  e: string,
  condition: RelationshipCondition,
  ids: CompileIds,
  test: CompileTest,
): string => {
  const { target } = condition
  if (target !== undefined && !isOneStep(condition))
    return `${e}.entity_id IN (${walkIds(compiler, condition, ids)})`
  const { here, there, r, relationships, fits } = edgeOf(compiler, condition)
  const own = `FROM ${relationships} WHERE ${r}.${here} = ${e}.entity_id${fits}`
  if (target === undefined || typeof target === 'string' || compiler.byRow === undefined) {
    const toTarget = target === undefined ? '' : ` AND ${isTarget(compiler, `${r}.${there}`, target, ids)}`
    return `EXISTS (SELECT ${own}${toTarget}${compiler.byRow ? ' OFFSET 0' : ''})`
  }
  // each end of its own edges is looked at, not whoever meets the condition
  const [ends, t] = [compiler.alias(), compiler.alias()]
  return `EXISTS (SELECT FROM (SELECT ${r}.${there} AS id ${own} OFFSET 0) ${ends},
    LATERAL (SELECT * FROM ${rowsOf(compiler, 'entities', 'one')} x WHERE x.entity_id = ${ends}.id OFFSET 0) ${t}
    WHERE (${test(compiler, t, target.where, false)}) IS TRUE OFFSET 0)`
}

/** The ids of the entities that meet the condition, row by row as it goes on; some twice. */
export const edgeIds = (
  compiler: Compiler,
  condition: RelationshipCondition & { target?: Target },
  ids: CompileIds,
): string => {
  if (!isOneStep(condition)) return walkIds(compiler, condition, ids)
  const { here, there, r, relationships, fits } = edgeOf(compiler, condition)
  const toTarget = isTarget(compiler, `${r}.${there}`, condition.target!, ids)
  return `SELECT ${r}.${here} FROM ${relationships} WHERE ${toTarget}${fits}`
}

const edgeOf = (compiler: Compiler, condition: RelationshipCondition) => {
  const [here, there] = condition.op === '->' ? ['source_id', 'target_id'] : ['target_id', 'source_id']
  const r = compiler.alias()
  const relationships = `${rowsOf(compiler, 'relationships')} ${r}`
  return { here, there, r, relationships, fits: boundsOf(compiler, r, condition) }
}

const walkIds = (compiler: Compiler, condition: RelationshipCondition, ids: CompileIds): string => {
  const { here, there, r, relationships, fits } = edgeOf(compiler, condition)
  const [fewest, most] = condition.steps!
  const w = compiler.alias()
  // each id once for each number of steps: no more rows than entities times steps, however many ways there are
  return `SELECT id FROM (WITH RECURSIVE ${w} (id, steps) AS (
      ${startOf(compiler, condition.target!, ids)}
      UNION
      SELECT ${r}.${here}, ${w}.steps + 1 FROM ${w} JOIN ${relationships} ON ${r}.${there} = ${w}.id${fits}
      WHERE ${w}.steps < ${compiler.parameter(most, 'int4')}
    ) SELECT id FROM ${w} WHERE steps >= ${compiler.parameter(fewest, 'int4')}) ${compiler.alias()}`
}

const boundsOf = (compiler: Compiler, r: string, { type, min, max }: RelationshipCondition): string => {
  const bounds: string[] = []
  if (type !== undefined) bounds.push(`${r}.type = ${compiler.parameter(type, 'text')}`)
  if (min !== undefined) bounds.push(`${r}.strength >= ${compiler.parameter(min, 'float8')}`)
  if (max !== undefined) bounds.push(`${r}.strength <= ${compiler.parameter(max, 'float8')}`)
  return bounds.map((bound) => ` AND ${bound}`).join('')
}

const isTarget = (compiler: Compiler, column: string, target: Target, ids: CompileIds): string =>
  typeof target === 'string'
    ? `${column} = ${compiler.parameter(target, 'text')}`
    : `${column} IN (${ids(compiler, target.where)})`

const startOf = (compiler: Compiler, target: Target, ids: CompileIds): string =>
  typeof target === 'string'
    ? `SELECT ${compiler.parameter(target, 'text')} COLLATE "C", 0`
    : `SELECT start.id, 0 FROM (${ids(compiler, target.where)}) start (id)`
