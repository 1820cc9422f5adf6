import type { Json } from '../../event.ts'
import type { Query, SortKey } from '../ast.ts'
import { queryLimits } from '../limits.ts'
import { conditionTest } from './condition.ts'
import type { SnapshotEntity, WorldSnapshot } from './snapshot.ts'
import { compareTexts, valueAt } from './values.ts'

export type Evaluation =
  | { ids: string[] }
  | { count: number }
  | { groups: { value: Json | undefined; count: number }[] }

/**
 * What a query answers, from a world in memory: all of it, not a page. Slow and plain: it says what the statement that
 * `compile.ts` makes must answer.
 */
export const evaluate = (world: WorldSnapshot, query: Query): Evaluation => {
  const found =
    query.where === undefined ? world.entities : world.entities.filter(conditionTest(world, query.where))
  if (query.count === true) return { count: found.length }
  if (query.group !== undefined) return { groups: group(found, query.group, query.limit) }
  const order = comparator(query.sort ?? [])
  return { ids: found.toSorted(order).map(({ id }) => id) }
}

const group = (entities: SnapshotEntity[], path: string, limit: number = queryLimits.defaultPage) => {
  const groups = new Map<string, { value: Json | undefined; count: number }>()
  for (const entity of entities) {
    const value = valueAt(entity, path)
    const key = canonical(value)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { value, count: 1 })
    else known.count++
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count).slice(0, limit)
}

/** One text for equal values. */
export const canonical = (value: Json | undefined): string => {
  if (value === undefined) return 'absent'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const keys = Object.keys(value).toSorted()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

/** Numbers, then texts, then everything else; each of the first two as the direction says. */
const comparator =
  (keys: SortKey[]) =>
  (a: SnapshotEntity, b: SnapshotEntity): number => {
    for (const { by, direction } of keys) {
      const [left, right] = [valueAt(a, by), valueAt(b, by)]
      const ranks = rank(left) - rank(right)
      if (ranks !== 0) return ranks
      const order = compareValues(left, right)
      if (order !== 0) return direction === 'asc' ? order : -order
    }
    return compareTexts(a.id, b.id)
  }

const rank = (value: Json | undefined): number =>
  typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : 2

const compareValues = (a: Json | undefined, b: Json | undefined): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(shorten(a), shorten(b))
  return 0
}

const shorten = (text: string): string => Array.from(text).slice(0, queryLimits.sortedCharacters).join('')
