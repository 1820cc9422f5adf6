import type { Condition } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import type { Compiler } from './compiler.ts'
import { isHot } from './component.ts'
import { indexableContainment, indexableText } from './searchable.ts'

/** Whether an index finds the entities that meet the condition. */
export const isDriving = (compiler: Compiler, condition: Condition): boolean => {
  const now = compiler.moment === 'now'
  switch (condition.op) {
    case 'and':
      return condition.of.some((part) => isDriving(compiler, part))
    case 'or':
      return condition.of.every((part) => isDriving(compiler, part))
    case 'tag':
      return now
    case '->':
    case '<-':
      return condition.target !== undefined
    case 'under':
    case 'above':
    case 'near':
    case 'box':
    case 'sphere':
      return true
    case '~':
      return now && fieldOf(condition.path).kind === 'native' && indexableText(condition.text)
    case 'contains': {
      const field = fieldOf(condition.path)
      return now && field.kind === 'component' && indexableContainment(field.steps, condition.value)
    }
    case '=': {
      const field = fieldOf(condition.path)
      if (field.kind === 'component' && now && indexableContainment(field.steps, condition.value)) return true
      return isCompared(compiler, condition)
    }
    case 'in':
    case 'between':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isCompared(compiler, condition)
    default:
      return false
  }
}

const isCompared = (compiler: Compiler, condition: Extract<Condition, { path: string }>): boolean => {
  const field = fieldOf(condition.path)
  if (field.kind === 'component') return isHot(compiler, field, condition)
  return field.kind === 'native' && ['id', 'name', 'class', 'x'].includes(field.field)
}
