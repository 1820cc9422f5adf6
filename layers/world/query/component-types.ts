import type { Condition, Query } from './ast.ts'
import { closestNames } from './closest-names.ts'
import { fieldOf } from './fields.ts'
import { QueryError } from './query-error.ts'

/** Where a query names a component, and whether it looks into it. */
interface Use {
  type: string
  field: string
  inside: boolean
}

/** The types of every component that the query names. */
export const componentTypesOf = (query: Query): string[] => [
  ...new Set(usesOf(query).map(({ type }) => type)),
]

/**
 * Data of a sensitive type is sealed: whether an entity has it may be asked, what is in it not.
 *
 * @throws QueryError
 */
export const refuseSensitive = (query: Query, isSensitive: (type: string) => boolean): void => {
  const use = usesOf(query).find(({ type, inside }) => inside && isSensitive(type))
  if (use === undefined) return
  const message = `${use.type} is a sensitive component type: a query may ask whether it is there, not what is in it`
  throw new QueryError(`${use.field}: ${message}`, { field: use.field })
}

/** Where the query names a type that the world has never had: a mistake, not a component that nobody has. */
export const unknownUse = (query: Query, isKnown: (type: string) => boolean): Use | undefined =>
  usesOf(query).find(({ type }) => !isKnown(type))

const shownNames = 5

/** @param known all that the world has */
export const unknownType = ({ type, field }: Use, known: readonly string[]): QueryError => {
  const names = closestNames(type, known)
  const more = names.length - shownNames
  const message = `there is no component type ${type} in this world; it has ${names.slice(0, shownNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}, the most alike first`
  return new QueryError(`${field}: ${message}`, { field })
}

const usesOf = (query: Query): Use[] => [
  ...(query.where === undefined ? [] : usesIn(query.where, 'where')),
  ...(query.select ?? []).flatMap((path, n) => useOf(path, `select[${n}]`, true)),
  ...(query.sort ?? []).flatMap(({ by }, n) => useOf(by, `sort[${n}].by`, true)),
  ...(query.group === undefined ? [] : useOf(query.group, 'group', true)),
]

const useOf = (path: string, field: string, inside: boolean): Use[] => {
  const found = fieldOf(path)
  return found.kind === 'component' ? [{ type: found.component, field, inside }] : []
}

const usesIn = (condition: Condition, field: string): Use[] => {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.of.flatMap((part, n) => usesIn(part, `${field}.of[${n}]`))
    case 'not':
      return usesIn(condition.of, `${field}.of`)
    case 'has':
      return useOf(condition.component, `${field}.component`, false)
    case 'exists': {
      const found = fieldOf(condition.path)
      return useOf(condition.path, `${field}.path`, found.kind === 'component' && found.steps.length > 0)
    }
    case '->':
    case '<-':
    case 'under':
    case 'above':
      return condition.target === undefined || typeof condition.target === 'string'
        ? []
        : usesIn(condition.target.where, `${field}.target.where`)
    default:
      return 'path' in condition ? useOf(condition.path, `${field}.path`, true) : []
  }
}
