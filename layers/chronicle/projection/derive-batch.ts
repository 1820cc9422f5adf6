import type pg from 'pg'
import { actorsOf } from './actors.ts'
import { collectChanges } from './collect-changes.ts'
import { deriveEvent, type NamedEvent } from './derive-events.ts'
import { eventText } from './operations.ts'
import { loadEventsNamed, type StoredEvent } from './postgres/load-events.ts'
import { eventsOfNames, storeNames } from './postgres/names.ts'
import { type RemovedActor, type RemovedEffect, removeDerived } from './postgres/remove-derived.ts'
import { storeActors, storeEffects, storeUnknownActions } from './postgres/store-derived.ts'
import { type FoldedTarget, refold } from './refold.ts'
import { resolveNames } from './resolve-names.ts'
import type { DerivationScope } from './scope.ts'

export interface DerivedBatch {
  /** What should be something else than before. */
  targets: FoldedTarget[]
  /** What they were derived from is being stored: nothing else is asked of the client before that is done. */
  stored: Promise<void>
}

/**
 * Derives the events anew, in the transaction of `client`: takes away what was derived from them before, finds who is in
 * them and which others that changes, puts what they come to in its place and folds every target that this touches.
 * Events that were first recorded after `afterSeq` were never derived. `pool` is for what outlives the transaction.
 */
export const deriveBatch = async (
  client: pg.ClientBase,
  pool: pg.Pool,
  scope: DerivationScope,
  stored: readonly StoredEvent[],
  afterSeq: number,
): Promise<DerivedBatch> => {
  if (stored.length === 0) return { targets: [], stored: Promise.resolve() }
  const known = stored.filter(({ version, fromSeq }) => version > 1 || fromSeq <= afterSeq)
  const removed = await removeDerived(client, scope, known)
  const events = stored.filter(({ retracted }) => !retracted).map(named)
  const { names, changed, renamed } = await resolveNames(client, pool, scope, events, removed.actors)
  const others = await othersOf(client, scope, renamed, stored)
  const taken = await removeDerived(client, scope, others)
  const otherEvents = others.map(named)
  for (const [key, resolution] of (await resolveNames(client, pool, scope, otherEvents, [])).names)
    if (!names.has(key)) names.set(key, resolution)
  await storeNames(client, scope, changed)

  const derived = [...events, ...otherEvents].map((event) => deriveEvent(scope, event, names))
  const store = async (): Promise<void> => {
    await storeActors(client, scope, derived)
    await storeEffects(client, scope, derived)
    await storeUnknownActions(client, scope, derived)
  }
  let storing: Promise<void> | undefined
  const storeOnce = () => (storing ??= store())
  const actors: RemovedActor[] = [...removed.actors, ...taken.actors]
  const effects: RemovedEffect[] = [...removed.effects, ...taken.effects]
  const targets = await refold(client, scope, collectChanges(derived, actors, effects), storeOnce)
  return { targets, stored: storeOnce() }
}

const named = (event: StoredEvent): NamedEvent => ({ ...event, named: actorsOf(event.event) })

/** Events beyond the batch that go by a name which now means somebody else. */
const othersOf = async (
  client: pg.ClientBase,
  scope: DerivationScope,
  renamed: readonly string[],
  batch: readonly StoredEvent[],
): Promise<StoredEvent[]> => {
  if (renamed.length === 0) return []
  const known = new Set(batch.map(eventText))
  const names = (await eventsOfNames(client, scope, renamed)).filter((name) => !known.has(eventText(name)))
  // one that has been retracted since will be taken up with its own batch
  return (await loadEventsNamed(client, scope.worldId, names)).filter(({ retracted }) => !retracted)
}
