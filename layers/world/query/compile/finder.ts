import type { Condition, HierarchyCondition, RelationshipCondition } from '../ast.ts'
import { fieldOf } from '../fields.ts'
import { type Compiler, changedIds, rowsOf } from './compiler.ts'
import { type ComponentField, isHot } from './component.ts'
import { compileCondition, compileIds } from './condition.ts'
import { isDriving, wholeComponent } from './driving.ts'
import { hierarchyIds } from './hierarchy.ts'
import { calledWith, hotIds, wordsOf } from './hot-ids.ts'
import { edgeIds } from './relationship.ts'
import { indexableContainment, wrapped } from './searchable.ts'

/** An index that finds the entities of a condition. */
export interface Finder {
  /** A query of the ids of all that meet the condition, row by row as it goes on; so many at most, `NULL`: all. */
  ids(most: string): string
  /** Whether none of them fails the condition. An id may come twice. */
  exact: boolean
  /** Those of a lower rank are tried before others: what it costs to find out that there are many. */
  rank: 0 | 1 | 2 | 3 | 4
  /** Up to so many ids are gathered sooner than as many entities are walked past; the smaller number is tried first. */
  wide: readonly number[]
  /** The planner cannot know how many there are. */
  opaque: boolean
  /** Each is of an entity that is there, and comes once: their number is that of the entities. */
  countable?: true
}

const narrow = { exact: true, wide: [], opaque: false }
/** The index answers alone. */
const aloneIn = ({ reach }: Compiler) =>
  ({ exact: true, rank: 1, wide: reach.alone, opaque: false, countable: true }) as const
/** Rows are fetched. */
const fetchedIn = ({ reach }: Compiler) => ({ exact: true, wide: [reach.fetched], opaque: false })
const searchedIn = (compiler: Compiler) => ({ ...fetchedIn(compiler), opaque: true })

/** Undefined where no index finds the entities. */
export const finderOf = (compiler: Compiler, condition: Condition): Finder | undefined =>
  compiler.moment === 'past' ? ofThePast(compiler, condition) : ofCurrentRows(compiler, condition)

/**
 * Whoever met a condition on his own row or components either meets it still or has been changed since. Edges and the
 * hierarchy have indexes in the past too; what is near an entity may have been elsewhere than now.
 */
const ofThePast = (compiler: Compiler, condition: Condition): Finder | undefined => {
  switch (condition.op) {
    case 'and':
      return ofConjunction(compiler, condition.of)
    case 'or':
      return ofAlternatives(compiler, condition.of)
    case 'near':
      return undefined
    case '->':
    case '<-':
    case 'under':
    case 'above':
      return ofCurrentRows(compiler, condition)
    default: {
      const finder = ofCurrentRows({ ...compiler, moment: 'now' }, condition)
      return finder && (isOfIds(condition) ? finder : orChanged(finder))
    }
  }
}

const isOfIds = (condition: Condition): boolean => {
  const field = 'path' in condition && fieldOf(condition.path)
  return field && field.kind === 'native' && field.field === 'id' && wordsOf(condition) !== undefined
}

const orChanged = ({ countable: _, ...finder }: Finder): Finder => ({
  ...{ ...finder, exact: false },
  ids: (most) => `(${finder.ids(most)}) UNION ALL (${changedIds})`,
})

const ofCurrentRows = (compiler: Compiler, condition: Condition): Finder | undefined => {
  if (!isDriving(compiler, condition)) return undefined
  switch (condition.op) {
    case 'and':
      return ofConjunction(compiler, condition.of)
    case 'or':
      return ofAlternatives(compiler, condition.of)
    case 'tag':
      return {
        ...{ ...searchedIn(compiler), rank: 3 },
        ids: (most) => calledWith('entities_tagged', compiler.parameter(condition.tag, 'text'), most),
      }
    case 'not':
      return ofType(compiler, wholeComponent(condition.of)!, false)
    case 'has':
    case 'exists':
      return ofType(compiler, wholeComponent(condition)!, true)
    case '->':
    case '<-':
      return {
        ...fetchedIn(compiler),
        rank: edgeRank(compiler, condition),
        ids: () => edgeIds(compiler, condition, compileIds),
      }
    case 'under':
      // to look whether rows are below takes as long: it is asked first
      return { ...searchedIn(compiler), ...ofHierarchy(compiler, condition), rank: hierarchyRank(condition) }
    case 'above':
      return { ...narrow, ...ofHierarchy(compiler, condition), rank: hierarchyRank(condition) }
    case 'near':
    case 'box':
    case 'sphere':
      return { ...fetchedIn(compiler), rank: 2, ids: () => planned(compiler, condition) }
    case 'contains':
      return containment(compiler, condition.path, condition.value, true)
    default:
      return 'path' in condition ? onPath(compiler, condition) : undefined
  }
}

/** The one that is tried first; what else is asked is not looked at. */
const ofConjunction = (compiler: Compiler, of: Condition[]): Finder | undefined => {
  const finders = of.flatMap((part) => finderOf(compiler, part) ?? [])
  const [first] = finders.toSorted((a, b) => a.rank - b.rank)
  if (first === undefined) return undefined
  const { countable: _, ...rest } = first
  return { ...rest, exact: false }
}

const ofAlternatives = (compiler: Compiler, of: Condition[]): Finder | undefined => {
  const finders = of.flatMap((part) => finderOf(compiler, part) ?? [])
  if (finders.length < of.length) return undefined
  return {
    ids: (most) => finders.map(({ ids }) => `(${ids(most)})`).join(' UNION ALL '),
    exact: finders.every(({ exact }) => exact),
    rank: Math.max(...finders.map(({ rank }) => rank)) as Finder['rank'],
    wide: finders.map(({ wide }) => wide).reduce((a, b) => (b.length < a.length ? b : a)),
    opaque: true,
  }
}

/** By the signatures of entities, of which a world has few. */
const ofType = (compiler: Compiler, type: string, wanted: boolean): Finder => ({
  // most have what some have, and few have not
  ...{ ...fetchedIn(compiler), rank: 2, opaque: !wanted },
  ids: (most) => calledWith('entities_with', `${compiler.parameter(type, 'text')}, ${wanted}`, most),
})

const ofHierarchy = (compiler: Compiler, condition: HierarchyCondition) => ({
  ids: () => hierarchyIds(compiler, condition, compileIds),
})

const hierarchyRank = ({ target }: HierarchyCondition): Finder['rank'] => (typeof target === 'string' ? 2 : 4)

const edgeRank = (compiler: Compiler, { steps, target }: RelationshipCondition): Finder['rank'] => {
  if (target === undefined) return 4
  if (typeof target !== 'string') return (finderOf(compiler, target.where)?.rank ?? 4) <= 2 ? 2 : 4
  return steps === undefined || steps[1] === 1 ? 1 : 3
}

const onPath = (compiler: Compiler, condition: Extract<Condition, { path: string }>): Finder | undefined => {
  const field = fieldOf(condition.path)
  if (field.kind === 'native') return ofColumn(compiler, condition, field.field)
  if (field.kind !== 'component') return undefined
  if (isHot(compiler, field, condition)) {
    const ids = hotIds(compiler, field, condition)
    return ids === undefined
      ? { ...fetchedIn(compiler), rank: 2, ids: () => planned(compiler, condition) }
      : { ...aloneIn(compiler), ids }
  }
  return condition.op === '=' ? containment(compiler, condition.path, condition.value, false) : undefined
}

const ofColumn = (
  compiler: Compiler,
  condition: Extract<Condition, { path: string }>,
  column: string,
): Finder => {
  const values = wordsOf(condition)
  if (condition.op === '~') {
    const part = () => compiler.parameter(condition.text, 'text')
    return { ...searchedIn(compiler), rank: 3, ids: (most) => calledWith('entities_named', part(), most) }
  }
  if (values === undefined)
    return { ...fetchedIn(compiler), rank: 2, ids: () => planned(compiler, condition) }
  const list = () => compiler.parameter(values, 'text[]')
  if (column === 'id') return { ...narrow, rank: 0, ids: () => `SELECT unnest(${list()}) COLLATE "C"` }
  if (column === 'class')
    return {
      ...aloneIn(compiler),
      ids: (most) => calledWith('entities_of_class', 'v', most, list()),
    }
  return { ...fetchedIn(compiler), rank: column === 'name' ? 0 : 2, ids: () => planned(compiler, condition) }
}

/** By whichever index the planner takes. */
const planned = (compiler: Compiler, condition: Condition): string => {
  const e = compiler.alias()
  return `SELECT ${e}.entity_id FROM ${rowsOf(compiler, 'entities')} ${e} WHERE ${compileCondition(compiler, e, condition, true)}`
}

type Value = Extract<Condition, { op: 'contains' }>['value']

const containment = (compiler: Compiler, path: string, value: Value, exact: boolean): Finder | undefined => {
  const field = fieldOf(path) as ComponentField
  if (!indexableContainment(field.steps, value)) return undefined
  const { steps } = field
  const json = (wanted: Value) => compiler.parameter(JSON.stringify(wrapped(steps, wanted)), 'jsonb')
  // an array contains what one of its elements contains; the statement tests each row that is found once more
  const inArray: Value = Array.isArray(value) || steps.length === 0 ? value : [value]
  const ids = (most: string) => {
    const type = compiler.parameter(field.component, 'text')
    return calledWith('components_containing', `${type}, ${json(value)}, ${json(inArray)}`, most)
  }
  return { ...searchedIn(compiler), exact, rank: 4, ids }
}
