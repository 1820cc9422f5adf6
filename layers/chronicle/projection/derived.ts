import type { Effect, EntityEffect, RelationshipEffect, Target } from './effect.ts'
import {
  type EntityFold,
  emptyEntityFold,
  foldEntity,
  type WantedEntity,
  wantedEntity,
} from './fold-entity.ts'
import {
  emptyRelationshipFold,
  foldRelationship,
  type RelationshipFold,
  type StrengthSettings,
} from './fold-relationship.ts'
import { compareStoryOrder, type StoryOrder } from './story-order.ts'

/** What the effects on a target come to. */
export type Fold = EntityFold | RelationshipFold

/** What a target should be; null: it should not be. */
export type Derived = WantedEntity | { strength: number } | null

export interface OrderedEffect {
  order: StoryOrder
  effect: Effect
}

/** Goes on with what there is, or begins anew. Effects that are not mentions come in the order of the story. */
export const foldEffects = (
  target: Target,
  settings: StrengthSettings,
  start: Fold | undefined,
  effects: Iterable<OrderedEffect>,
): Fold => {
  if (target.kind === 'entity') {
    let fold = (start as EntityFold | undefined) ?? emptyEntityFold
    for (const { order, effect } of effects) fold = foldEntity(fold, order, effect as EntityEffect)
    return fold
  }
  let fold = (start as RelationshipFold | undefined) ?? emptyRelationshipFold
  for (const { order, effect } of effects)
    fold = foldRelationship(settings, fold, order, effect as RelationshipEffect)
  return fold
}

export const derivedOf = (fold: Fold): Derived =>
  'components' in fold ? wantedEntity(fold) : fold.strength === null ? null : { strength: fold.strength }

/** Nothing has an effect on it any more. */
export const isEmptyFold = (fold: Fold): boolean =>
  fold.last === null && (!('mention' in fold) || fold.mention === null)

/** What a batch did to a target's effects. */
export interface TargetChange {
  target: Target
  added: OrderedEffect[]
  /** Places of effects that are no longer there. */
  removed: { order: StoryOrder; isMention: boolean }[]
}

/**
 * Whether what was added may be added to the fold as it is: it is behind everything else, and nothing was taken away that
 * the fold has in it. Else the target's effects are read again, all of them.
 */
export const canGoOn = (fold: Fold | undefined, { added, removed }: TargetChange): boolean => {
  // a batch that takes away what was never folded is one that begins anew
  if (fold === undefined) return removed.length === 0
  const first = 'mention' in fold ? fold.mention?.order : undefined
  const isTaken = removed.some(
    ({ order, isMention }) => !isMention || first === undefined || compareStoryOrder(order, first) === 0,
  )
  if (isTaken) return false
  const { last } = fold
  return (
    last === null ||
    added.every(({ order, effect }) => effect.do === 'mention' || compareStoryOrder(order, last) > 0)
  )
}
