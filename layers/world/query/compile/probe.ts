import type { Condition } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import type { Compiler } from './compiler.ts'
import { isHot } from './component.ts'
import { compileIds } from './condition.ts'
import { isDriving } from './driving.ts'
import { hierarchyIds } from './hierarchy.ts'
import { indexableContainment, wrapped } from './searchable.ts'

/**
 * A query of ids, all that meet a condition among them, row by row as it goes on, where an index finds them whose number
 * the planner does not know; undefined for any other condition. Of the current rows.
 */
export const probeOf = (compiler: Compiler, condition: Condition): string | undefined => {
  switch (condition.op) {
    case 'tag':
      return `SELECT entities_tagged($1, ${compiler.parameter(condition.tag, 'text')}) COLLATE "C"`
    case 'under':
      return hierarchyIds(compiler, condition, compileIds)
    case '~':
      return fieldOf(condition.path).kind === 'native' && isDriving(compiler, condition)
        ? `SELECT entities_named($1, ${compiler.parameter(condition.text, 'text')}) COLLATE "C"`
        : undefined
    case 'contains':
      return containment(compiler, condition.path, condition.value)
    case '=':
      // a native column has an index whose rows the planner can count
      return isDriving(compiler, condition) && !isNative(compiler, condition)
        ? containment(compiler, condition.path, condition.value)
        : undefined
    case 'or':
      return isDriving(compiler, condition)
        ? condition.of
            .map((part) => `(${probeOf(compiler, part) ?? compileIds(compiler, part)})`)
            .join(' UNION ALL ')
        : undefined
    default:
      return undefined
  }
}

/** Whether the ids of the probe are those that meet the condition, and no others. */
export const isExact = ({ op }: Condition): boolean => op !== '=' && op !== 'or'

const isNative = (compiler: Compiler, condition: Extract<Condition, { path: string }>): boolean => {
  const field = fieldOf(condition.path)
  return field.kind !== 'component' || isHot(compiler, field, condition)
}

type Value = Extract<Condition, { op: 'contains' }>['value']

const containment = (compiler: Compiler, path: string, value: Value): string | undefined => {
  const field = fieldOf(path)
  if (field.kind !== 'component' || !indexableContainment(field.steps, value)) return undefined
  const { steps } = field
  const json = (wanted: Value) => compiler.parameter(JSON.stringify(wrapped(steps, wanted)), 'jsonb')
  // an array contains what one of its elements contains; the statement tests each row that is found once more
  const inArray: Value = Array.isArray(value) || steps.length === 0 ? value : [value]
  const type = compiler.parameter(field.component, 'text')
  return `SELECT components_containing($1, ${type}, ${json(value)}, ${json(inArray)}) COLLATE "C"`
}
