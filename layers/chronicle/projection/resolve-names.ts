import type pg from 'pg'
import type { NamedEvent } from './derive-events.ts'
import { findBindings, loadBound } from './postgres/bindings.ts'
import { type ExplicitId, loadExplicitIds, loadNames } from './postgres/names.ts'
import type { RemovedActor } from './postgres/remove-derived.ts'
import { type Resolution, resolveName } from './resolve.ts'
import type { DerivationScope } from './scope.ts'
import { compareStoryOrder } from './story-order.ts'

export interface ResolvedNames {
  /** Of all names that the events give. */
  names: Map<string, Resolution>
  /** Those that are new or mean somebody else than before. */
  changed: Map<string, Resolution>
  /** Of these, those that other events go by. */
  renamed: string[]
}

/**
 * Who the names of the events are. `removed` are the actors of their earlier versions. The evidence for a name is read
 * again only where an id that was given with it came or went, or where it comes up for the first time.
 */
export const resolveNames = async (
  client: pg.ClientBase,
  pool: pg.Pool,
  scope: DerivationScope,
  events: readonly NamedEvent[],
  removed: readonly RemovedActor[],
): Promise<ResolvedNames> => {
  const { writings, explicit } = gather(events, removed)
  const known = await loadNames(client, scope, scope.generation, [...writings.keys()])
  const open = [...writings.keys()].filter((key) => explicit.has(key) || !known.has(key))
  const stored = await loadExplicitIds(client, scope, open)
  const bound = await boundNames(client, pool, scope, open, known, writings)

  const names = new Map(known)
  const changed = new Map<string, Resolution>()
  const renamed: string[] = []
  for (const key of open) {
    const { name, type } = writings.get(key)!
    const first = together(stored.get(key), explicit.get(key))
    const resolution = resolveName(name, type, {
      firstExplicitId: first?.entityId,
      hasOtherIds: first?.hasOthers ?? false,
      boundId: bound.get(key),
    })
    const before = known.get(key)
    names.set(key, resolution)
    if (before?.entityId === resolution.entityId && before.confidence === resolution.confidence) continue
    changed.set(key, resolution)
    if (before !== undefined) renamed.push(key)
  }
  return { names, changed, renamed }
}

/** Each name in one of its writings, and the first id that the events give with it; null: they took one away. */
const gather = (events: readonly NamedEvent[], removed: readonly RemovedActor[]) => {
  const writings = new Map<string, { name: string; type: string }>()
  const explicit = new Map<string, ExplicitId | null>()
  for (const { nameKey, name, entityType, isExplicit } of removed) {
    writings.set(nameKey, { name, type: entityType })
    if (isExplicit) explicit.set(nameKey, null)
  }
  for (const { toldAt, chronicleId, eventId, named } of events)
    for (const { nameKey, name, entityType, explicitId, ordinal } of named) {
      writings.set(nameKey, { name, type: entityType })
      if (explicitId === undefined) continue
      const order = { toldAt, chronicleId, eventId, ordinal }
      const one = { order, entityId: explicitId, hasOthers: false }
      explicit.set(nameKey, together(explicit.get(nameKey), one) ?? null)
    }
  return { writings, explicit }
}

const together = (
  a: ExplicitId | null | undefined,
  b: ExplicitId | null | undefined,
): ExplicitId | undefined => {
  if (a == null || b == null) return a ?? b ?? undefined
  const first = compareStoryOrder(a.order, b.order) <= 0 ? a : b
  return { ...first, hasOthers: a.hasOthers || b.hasOthers || a.entityId !== b.entityId }
}

/** What names meant in the world when they first came up, to this generation or to the one that holds. */
const boundNames = async (
  client: pg.ClientBase,
  pool: pg.Pool,
  scope: DerivationScope,
  open: readonly string[],
  known: ReadonlyMap<string, Resolution>,
  writings: ReadonlyMap<string, { name: string; type: string }>,
): Promise<Map<string, string>> => {
  const bound = await loadBound(client, scope.worldId, open)
  const unseen = open.filter((key) => !known.has(key) && !bound.has(key))
  const seen =
    scope.generation === scope.liveGeneration
      ? new Map<string, Resolution>()
      : await loadNames(client, scope, scope.liveGeneration, unseen)
  const first = unseen.filter((key) => !seen.has(key)).map((key) => [key, writings.get(key)!] as const)
  for (const [key, entityId] of await findBindings(pool, scope, new Map(first))) bound.set(key, entityId)
  return bound
}
