import type { Condition } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import type { Compiler } from './compiler.ts'
import { isHot } from './component.ts'
import { indexableContainment, indexableText } from './searchable.ts'

/** The component that an entity must have to meet the condition, where nothing is asked of what is in it. */
export const wholeComponent = (condition: Condition): string | undefined => {
  if (condition.op !== 'has' && condition.op !== 'exists') return undefined
  const field = fieldOf(condition.op === 'has' ? condition.component : condition.path)
  return field.kind === 'component' && field.steps.length === 0 ? field.component : undefined
}

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
    case 'not':
      return now && wholeComponent(condition.of) !== undefined
    case 'has':
    case 'exists':
      return now && wholeComponent(condition) !== undefined
    case '->':
    case '<-':
      return condition.target !== undefined
    case 'under':
    case 'above':
    case 'near':
    case 'box':
    case 'sphere':
      return true
    case '~': {
      const field = fieldOf(condition.path)
      return now && field.kind === 'native' && field.field === 'name' && indexableText(condition.text)
    }
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
