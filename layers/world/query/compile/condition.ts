import type { Condition } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import { type Compiler, rowsOf } from './compiler.ts'
import { componentCondition } from './component.ts'
import { isDriving } from './driving.ts'
import { finderOf } from './finder.ts'
import { depthCondition, hierarchyCondition } from './hierarchy.ts'
import { nativeCondition } from './native.ts'
import { edgeCondition } from './relationship.ts'
import { boxCondition, nearCondition, sphereCondition } from './space.ts'

/**
 * A condition on the entity row `e` as SQL, true or false and never null. `drives`: rows may be found by the condition's
 * own index, rather than looked at one by one, since nothing else has to hold instead.
 */
export const compileCondition = (
  compiler: Compiler,
  e: string,
  condition: Condition,
  drives: boolean,
): string => {
  switch (condition.op) {
    case 'and':
      return `(${condition.of.map((part) => compileCondition(compiler, e, part, drives)).join(' AND ')})`
    case 'or':
      return compileEither(compiler, e, condition.of, drives)
    case 'not':
      return `NOT (${compileCondition(compiler, e, condition.of, false)})`
    case 'tag':
      return `(${compiler.parameter(condition.tag, 'text')} = ANY (${e}.tags))`
    case '->':
    case '<-':
      return edgeCondition(compiler, e, condition, compileIds, compileCondition)
    case 'under':
    case 'above':
      return hierarchyCondition(compiler, e, condition, compileIds, drives)
    case 'depth':
      return depthCondition(compiler, e, condition, drives)
    case 'box':
      return boxCondition(compiler, e, condition)
    case 'sphere':
      return sphereCondition(compiler, e, condition)
    case 'near':
      return nearCondition(compiler, e, condition)
    case 'has':
      return onPath(compiler, e, condition, condition.component)
    default:
      return onPath(compiler, e, condition, condition.path)
  }
}

const onPath = (
  compiler: Compiler,
  e: string,
  condition: Extract<Condition, { path: string } | { op: 'has' }>,
  path: string,
): string => {
  const field = fieldOf(path)
  if (field.kind === 'native') return nativeCondition(compiler, e, condition, field.field)
  // every entity has a position and a name
  if (field.kind !== 'component') return 'true'
  return componentCondition(compiler, e, condition, field)
}

/** Where each alternative has an index, each finds its own entities; else the rows are looked at one by one. */
const compileEither = (compiler: Compiler, e: string, of: Condition[], drives: boolean): string => {
  if (drives && of.every((part) => isDriving(compiler, part)))
    return `${e}.entity_id IN (${of.map((part) => compileIds(compiler, part)).join(' UNION ALL ')})`
  return `(${of.map((part) => compileCondition(compiler, e, part, false)).join(' OR ')})`
}

/** The ids of the entities that meet a condition, as a query. */
export const compileIds = (compiler: Compiler, condition: Condition): string => {
  const finder = finderOf(compiler, condition)
  const found = finder?.opaque ? finder : undefined
  if (found?.exact) return found.ids('NULL::int4')
  const e = compiler.alias()
  const among = found === undefined ? '' : `${e}.entity_id IN (${found.ids('NULL::int4')}) AND `
  const where = among + compileCondition(compiler, e, condition, true)
  return `SELECT ${e}.entity_id FROM ${rowsOf(compiler, 'entities', 'any')} ${e} WHERE ${where}`
}
