import type { Condition, RelationshipCondition, Target } from '../ast.ts'
import { type Compiler, tables } from './compiler.ts'

/** Compiles a sub-query to the ids that it finds. */
export type CompileIds = (compiler: Compiler, condition: Condition) => string

/** `->`: the entity is the source of such an edge to the target; `<-`: it is what the target's edge leads to. */
export const edgeCondition = (
  compiler: Compiler,
  e: string,
  condition: RelationshipCondition,
  ids: CompileIds,
): string => {
  const { op, target, steps } = condition
  const [here, there] = op === '->' ? ['source_id', 'target_id'] : ['target_id', 'source_id']
  const r = compiler.alias()
  const relationships = `${tables.relationships[compiler.moment]} ${r}`
  const fits = boundsOf(compiler, r, condition)
  if (target === undefined || steps === undefined || steps[1] === 1) {
    const toTarget = target === undefined ? '' : ` AND ${isTarget(compiler, `${r}.${there}`, target, ids)}`
    return `EXISTS (SELECT FROM ${relationships} WHERE ${r}.${here} = ${e}.entity_id${fits}${toTarget})`
  }
  const [fewest, most] = steps
  const w = compiler.alias()
  // each id once for each number of steps: no more rows than entities times steps, however many ways there are
  return `${e}.entity_id IN (
    WITH RECURSIVE ${w} (id, steps) AS (
      ${startOf(compiler, target, ids)}
      UNION
      SELECT ${r}.${here}, ${w}.steps + 1 FROM ${w} JOIN ${relationships} ON ${r}.${there} = ${w}.id${fits}
      WHERE ${w}.steps < ${compiler.parameter(most, 'int4')}
    ) SELECT id FROM ${w} WHERE steps >= ${compiler.parameter(fewest, 'int4')})`
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
