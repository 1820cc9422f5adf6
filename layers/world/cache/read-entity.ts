import type { JsonObject } from '../event.ts'
import type { EntityRecord } from '../read/entities.ts'
import { assemble } from './assemble.ts'
import {
  type CachedComponent,
  type CachedEntity,
  type EntityCache,
  type EntityName,
  type Found,
  isWhole,
  type LoadedEntity,
  mergeComponents,
} from './entity-cache.ts'

/**
 * - hit: the cache had all of it, young enough
 * - partial: the database said what is current, and the cache had the data of some of it
 * - miss: all of it is from the database
 */
export type ReadOutcome = 'hit' | 'partial' | 'miss'

/** What is read, and how old it may be: it was current `ageMs` before the answer, or later. */
export interface ThroughRead<Value> {
  value: Value
  outcome: ReadOutcome
  ageMs: number
}

export interface ReadThroughContext {
  /** Undefined: there is none. */
  cache: EntityCache | undefined
  /** Reads the database; undefined where the tenant has no such world. */
  load(name: EntityName, known: Record<string, number>, checkedAt: number): Promise<LoadedEntity | undefined>
  /** A read ended so. */
  measure(outcome: ReadOutcome): void
  /** The cache is away; the read goes on without it. */
  reportFault(error: unknown): void
}

/**
 * The entity, whole, as it stood at its `seq`: a state that was the current one at most `maxStaleMs` before this was
 * asked. Undefined: there was no such entity then.
 *
 * @throws what `load` throws
 */
export const readWhole = async (
  context: ReadThroughContext,
  name: EntityName,
  maxStaleMs: number,
): Promise<ThroughRead<EntityRecord | undefined>> => {
  const found = await look(context, name)
  const kept = youngEnough(found, maxStaleMs)
  if (kept?.core !== undefined && isWhole(kept)) {
    const value = kept.core === null ? undefined : assemble(name.entityId, kept.core, kept.components)
    return ended(context, value, 'hit', ageOf(found, kept))
  }
  const { core, components, outcome } = await loadThrough(context, name, found)
  return ended(context, core ? assemble(name.entityId, core, components) : undefined, outcome, 0)
}

/**
 * The data of one component, as it was at most `maxStaleMs` before this was asked; undefined: the entity had none of
 * the type, or did not exist. What changes beside it does not matter.
 *
 * @throws what `load` throws
 */
export const readComponent = async (
  context: ReadThroughContext,
  name: EntityName,
  type: string,
  maxStaleMs: number,
): Promise<ThroughRead<JsonObject | undefined>> => {
  const found = await look(context, name)
  const kept = youngEnough(found, maxStaleMs)
  if (kept !== undefined && knows(kept, type))
    return ended(context, kept.components[type]?.data, 'hit', ageOf(found, kept))
  const { components, outcome } = await loadThrough(context, name, found)
  return ended(context, components[type]?.data, outcome, 0)
}

/** Also when it knows that there is none. */
const knows = ({ core, components }: CachedEntity, type: string): boolean =>
  components[type] !== undefined || core === null || (core !== undefined && core.versions[type] === undefined)

const look = async (
  { cache, reportFault }: ReadThroughContext,
  name: EntityName,
): Promise<Found | undefined> => {
  try {
    return await cache?.get(name)
  } catch (error) {
    reportFault(error)
    return undefined
  }
}

const ageOf = (found: Found | undefined, { checkedAt }: CachedEntity): number =>
  Math.max(0, found!.answeredAt - checkedAt)

/** One from the future is of a clock that was set back, and its age is not known. */
const youngEnough = (found: Found | undefined, maxStaleMs: number): CachedEntity | undefined => {
  const { entity, at, answeredAt } = found ?? { at: 0, answeredAt: 0 }
  if (entity === undefined || entity.checkedAt > answeredAt || at > answeredAt) return undefined
  return answeredAt - entity.checkedAt <= maxStaleMs ? entity : undefined
}

const ended = <Value>(
  { measure }: ReadThroughContext,
  value: Value,
  outcome: ReadOutcome,
  ageMs: number,
): ThroughRead<Value> => {
  measure(outcome)
  return { value, outcome, ageMs }
}

interface LoadedThrough {
  core: LoadedEntity['core']
  components: Record<string, CachedComponent>
  outcome: 'partial' | 'miss'
}

/** The database says which versions are current; only those that the cache does not have are sent. */
const loadThrough = async (
  context: ReadThroughContext,
  name: EntityName,
  found: Found | undefined,
): Promise<LoadedThrough> => {
  const kept = found?.entity?.components ?? {}
  const loaded = await context.load(name, versionsOf(kept), found?.at ?? 0)
  if (loaded === undefined) return { core: null, components: {}, outcome: 'miss' }
  // whoever asked does not wait for it
  if (found !== undefined) void context.cache!.put([loaded]).catch(context.reportFault)
  const components = mergeComponents(kept, loaded)
  const isPartial = Object.keys(components).some((type) => loaded.components[type] === undefined)
  return { core: loaded.core, components, outcome: isPartial ? 'partial' : 'miss' }
}

export const versionsOf = (components: Record<string, CachedComponent>): Record<string, number> =>
  Object.fromEntries(Object.entries(components).map(([type, { version }]) => [type, version]))
