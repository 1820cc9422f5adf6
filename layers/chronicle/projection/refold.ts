import type pg from 'pg'
import { jsonEqual } from '#world/json'
import {
  canGoOn,
  type Derived,
  derivedOf,
  type Fold,
  foldEffects,
  isEmptyFold,
  type OrderedEffect,
  type TargetChange,
} from './derived.ts'
import type { Target } from './effect.ts'
import { targetKeyOf } from './names.ts'
import { type DerivedRow, loadDerived, removeDerivedTargets, storeDerived } from './postgres/derived.ts'
import { loadEffects } from './postgres/load-effects.ts'
import type { DerivationScope } from './scope.ts'

/** A target that should be something else than before. */
export interface FoldedTarget {
  target: Target
  targetKey: string
  before: Derived
  wanted: Derived
  /** Of the event whose effect came last. */
  eventName: string
}

/** Targets whose effects are all read at once; one alone may have many. */
const refoldAtOnce = 1_000

/**
 * Folds what has changed and stores it; answers the targets that should be something else than before. `store` is called
 * before effects are read again.
 */
export const refold = async (
  client: pg.ClientBase,
  scope: DerivationScope,
  changes: ReadonlyMap<string, TargetChange>,
  store: () => Promise<void>,
): Promise<FoldedTarget[]> => {
  const targets = [...changes].map(([text, change]) => ({ text, change, key: targetKeyOf(text) }))
  const rows = await loadDerived(
    client,
    scope,
    targets.map(({ key }) => key),
  )
  const folded: FoldedTarget[] = []
  const stored: DerivedRow[] = []
  const emptied: string[] = []
  const take = ({ text, change, key }: (typeof targets)[number], fold: Fold): void => {
    const row = rows.get(key)
    const wanted = derivedOf(fold)
    const eventName = nameOfLast(fold, change.added) ?? row?.eventName ?? ''
    if (!isEmptyFold(fold)) stored.push({ targetKey: key, target: text, derived: wanted, fold, eventName })
    else if (row !== undefined) emptied.push(key)
    const before = row?.derived ?? null
    if (!jsonEqual(before as never, wanted as never))
      folded.push({ target: change.target, targetKey: key, before, wanted, eventName })
  }

  const again: typeof targets = []
  for (const target of targets) {
    const { key, change } = target
    const fold = rows.get(key)?.fold
    if (canGoOn(fold, change)) {
      const next = foldEffects(change.target, scope.settings, fold, change.added)
      // a mention that is not the first changes nothing
      if (next !== fold) take(target, next)
    } else again.push(target)
  }
  if (again.length > 0) await store()
  for (let from = 0; from < again.length; from += refoldAtOnce) {
    const some = again.slice(from, from + refoldAtOnce)
    const effects = await loadEffects(client, scope, {
      keys: some.map(({ key }) => key),
      entityIds: some.flatMap(({ change: { target } }) =>
        target.kind === 'entity' ? [target.entityId] : [],
      ),
    })
    for (const target of some)
      take(
        target,
        foldEffects(target.change.target, scope.settings, undefined, effects.get(target.key) ?? []),
      )
  }
  await storeDerived(client, scope, stored)
  await removeDerivedTargets(client, scope, emptied)
  return folded
}

const nameOfLast = (fold: Fold, added: readonly OrderedEffect[]): string | undefined => {
  const order = fold.last ?? ('mention' in fold ? fold.mention?.order : undefined) ?? added.at(-1)?.order
  return order && `${order.chronicleId}/${order.eventId}`
}
