import type { ChronicleEvent, StoryItem } from '#chronicle/chronicle-event'
import type { JsonObject } from '#world/event'
import { defaultRoles } from '../rules/default-rules.ts'
import type { Rule, RuleEffect } from '../rules/rule.ts'
import { type RuleTable, ruleOf } from '../rules/rule-table.ts'
import { placeOf, type ResolvedActor } from './actors.ts'
import type { Effect, EntityEffect, Target } from './effect.ts'
import { normaliseName } from './names.ts'
import { amountOf, fillTemplate } from './template.ts'

/** An effect in its place in the event. */
export interface PlacedEffect {
  target: Target
  ordinal: number
  effect: Effect
}

export interface Translation {
  /** All but the mentions of its actors, which are effects too, in the order of the actors before these. */
  effects: PlacedEffect[]
  /** No rule knows its action. */
  isUnknown: boolean
}

/** What an event does, by the rules: pure. The actors are those of the event, resolved. */
export const translate = (
  event: ChronicleEvent,
  actors: readonly ResolvedActor[],
  rules: RuleTable,
): Translation => {
  const effects: PlacedEffect[] = []
  const add = (target: Target, effect: Effect): void => {
    effects.push({ target, ordinal: actors.length + effects.length, effect })
  }
  const rule = ruleOf(rules, event.action)
  for (const effect of rule?.effects ?? []) applyRule({ event, actors, rule: rule!, add }, effect)
  for (const { source, target, type, change } of event.valence) {
    const [from, to] = [actorNamed(actors, source), actorNamed(actors, target)]
    if (from !== undefined && to !== undefined)
      add({ kind: 'relationship', sourceId: from, targetId: to, type }, { do: 'change', change })
  }
  // where something happened at a place, there the place is
  const place = placeOf(event, actors)
  const position = event.location?.position
  if (place !== undefined && position !== undefined)
    add({ kind: 'entity', entityId: place.entityId }, { do: 'position', position })
  return { effects, isUnknown: rule === undefined && event.action !== '' }
}

/** Of an actor of the event, by its id, or else by its name. */
const actorNamed = (actors: readonly ResolvedActor[], text: string): string | undefined =>
  (
    actors.find(({ explicitId }) => explicitId === text) ??
    actors.find(({ name }) => name === text) ??
    actors.find(({ name }) => normaliseName(name) === normaliseName(text))
  )?.entityId

interface Applying {
  event: ChronicleEvent
  actors: readonly ResolvedActor[]
  rule: Rule
  add(target: Target, effect: Effect): void
}

/** Whom a role of the rule means: the actors in the first of its roles that any has. */
const inRole = ({ actors, rule }: Applying, role: string): ResolvedActor[] => {
  const names = ownOf(rule.roles, role) ?? ownOf(defaultRoles, role) ?? [role]
  for (const name of names) {
    const found = actors.filter((actor) => actor.role.toLowerCase() === name.toLowerCase())
    if (found.length > 0) return found
  }
  return []
}

const ownOf = <T>(table: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

const applyRule = (applying: Applying, rule: RuleEffect): void => {
  switch (rule.do) {
    case 'relate':
      return eachPair(applying, rule, { do: 'relate', strength: rule.strength ?? 1 })
    case 'unrelate':
      return eachPair(applying, rule, { do: 'unrelate' })
    case 'change-relationship':
      return eachPair(applying, rule, { do: 'change', change: amountOf(rule.amount, applying.event) })
    default:
      for (const { entityId } of inRole(applying, rule.of))
        for (const effect of entityEffects(applying, rule)) applying.add({ kind: 'entity', entityId }, effect)
  }
}

const eachPair = (
  applying: Applying,
  { from, to, type }: { from: string; to: string; type: string },
  effect: Effect,
): void => {
  for (const source of inRole(applying, from))
    for (const target of inRole(applying, to))
      if (source.entityId !== target.entityId)
        applying.add(
          { kind: 'relationship', sourceId: source.entityId, targetId: target.entityId, type },
          effect,
        )
}

const entityEffects = (applying: Applying, rule: Extract<RuleEffect, { of: string }>): EntityEffect[] => {
  const { event } = applying
  switch (rule.do) {
    case 'set-component':
      return [{ do: 'set', component: rule.component, data: fillTemplate(rule.data, event) as JsonObject }]
    case 'merge-component':
      return [
        { do: 'merge', component: rule.component, patch: fillTemplate(rule.patch, event) as JsonObject },
      ]
    case 'remove-component':
      return [{ do: 'remove', component: rule.component }]
    case 'add-items':
      return itemsOf(applying).map((item) => ({ do: 'item', ...item }))
    case 'remove-items':
      return itemsOf(applying).map((item) => ({ do: 'item', ...item, quantity: -item.quantity }))
    case 'change-gold':
      return [{ do: 'gold', change: amountOf(rule.amount, event) }]
    case 'change-health':
      return [{ do: 'health', change: amountOf(rule.amount, event), ...maxOf(event) }]
    case 'set-health':
      return [{ do: 'health', to: amountOf(rule.amount, event), ...maxOf(event) }]
    case 'set-status':
      return [{ do: 'status', state: rule.state }]
    case 'locate':
      return locationEffects(applying)
  }
}

const maxOf = ({ data }: ChronicleEvent): { max?: number } =>
  typeof data.maxHealth === 'number' && data.maxHealth > 0 ? { max: data.maxHealth } : {}

/** The event's items, then its actors in the role `item` that are not among them. */
const itemsOf = ({ event, actors }: Applying): { id?: string; name: string; quantity: number }[] => {
  const items = (event.items ?? []).map(({ entityId, name, quantity }: StoryItem) => ({
    ...(entityId === undefined ? {} : { id: idOf(actors, entityId) }),
    name,
    quantity: quantity ?? 1,
  }))
  const known = new Set(items.map(({ id }) => id))
  for (const { role, entityId, name } of actors)
    if (role.toLowerCase() === 'item' && !known.has(entityId)) items.push({ id: entityId, name, quantity: 1 })
  return items
}

/** An id of an item may be one that was merged into another. */
const idOf = (actors: readonly ResolvedActor[], explicitId: string): string =>
  actors.find((actor) => actor.explicitId === explicitId)?.entityId ?? explicitId

const locationEffects = (applying: Applying): EntityEffect[] => {
  const { position } = applying.event.location ?? {}
  const place = inRole(applying, 'place')[0]
  return [
    ...(place === undefined ? [] : [{ do: 'location' as const, place: place.name, placeId: place.entityId }]),
    ...(position === undefined ? [] : [{ do: 'position' as const, position }]),
  ]
}
