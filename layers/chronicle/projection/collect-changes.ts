import type { TargetChange } from './derived.ts'
import { type Target, targetOf, targetText } from './effect.ts'
import type { RemovedActor, RemovedEffect } from './postgres/remove-derived.ts'
import type { DerivedEvent } from './postgres/store-derived.ts'
import { compareStoryOrder } from './story-order.ts'

/** What a batch took from and added to the effects of each target, by the text of the target. */
export const collectChanges = (
  derived: readonly DerivedEvent[],
  removedActors: readonly RemovedActor[],
  removedEffects: readonly RemovedEffect[],
): Map<string, TargetChange> => {
  const changes = new Map<string, TargetChange>()
  const changeOf = (text: string, target: Target | undefined): TargetChange => {
    let change = changes.get(text)
    if (change === undefined)
      changes.set(text, (change = { target: target ?? targetOf(text), added: [], removed: [] }))
    return change
  }
  for (const { entityId, order, projects } of removedActors)
    if (projects) changeOf(entityId, undefined).removed.push({ order, isMention: true })
  for (const { target, order } of removedEffects)
    changeOf(target, undefined).removed.push({ order, isMention: false })
  for (const { toldAt, chronicleId, eventId, projects, actors, effects } of derived) {
    if (!projects) continue
    for (const { entityId, name, entityType, ordinal } of actors)
      changeOf(entityId, undefined).added.push({
        order: { toldAt, chronicleId, eventId, ordinal },
        effect: { do: 'mention', name, type: entityType },
      })
    for (const { target, ordinal, effect } of effects)
      changeOf(targetText(target), target).added.push({
        order: { toldAt, chronicleId, eventId, ordinal },
        effect,
      })
  }
  for (const { added } of changes.values()) added.sort((a, b) => compareStoryOrder(a.order, b.order))
  return changes
}
