import type { Json, JsonObject } from '#world/event'
import type { EntityEffect } from './effect.ts'
import { normaliseName } from './names.ts'
import { quantise } from './quantise.ts'
import { compareStoryOrder, type StoryOrder } from './story-order.ts'

/** What the effects on an entity up to `last` come to. */
export interface EntityFold {
  /** The first of the story; null: nothing mentions it. */
  mention: { order: StoryOrder; name: string; type: string } | null
  components: Record<string, JsonObject>
  position: [number, number, number] | null
  /** Of the last effect that is not a mention; mentions may come in any order. */
  last: StoryOrder | null
}

export const emptyEntityFold: EntityFold = { mention: null, components: {}, position: null, last: null }

/** What the story says of an entity: null where it does not know it. */
export interface WantedEntity {
  name: string
  classType: string
  position: [number, number, number] | null
  components: Record<string, JsonObject>
}

/** As the last effect left them; `eventId` is the one that the story was at. */
export const wantedEntity = ({ mention, components, position }: EntityFold): WantedEntity | null =>
  mention === null ? null : { name: mention.name, classType: mention.type, position, components }

/** The fold with one more effect, which is behind its last one in the story, or a mention. */
export const foldEntity = (fold: EntityFold, order: StoryOrder, effect: EntityEffect): EntityFold => {
  if (effect.do === 'mention') {
    if (fold.mention !== null && compareStoryOrder(fold.mention.order, order) <= 0) return fold
    return { ...fold, mention: { order, name: effect.name, type: effect.type } }
  }
  const next = { ...fold, last: order }
  if (effect.do === 'position') return { ...next, position: effect.position }
  return { ...next, components: changed(fold.components, order, effect) }
}

type ComponentEffect = Exclude<EntityEffect, { do: 'mention' | 'position' }>

const changed = (
  components: EntityFold['components'],
  order: StoryOrder,
  effect: ComponentEffect,
): EntityFold['components'] => {
  switch (effect.do) {
    case 'set':
      return { ...components, [effect.component]: effect.data }
    case 'merge':
      return {
        ...components,
        [effect.component]: merged(components[effect.component], effect.patch) as JsonObject,
      }
    case 'remove': {
      const { [effect.component]: _, ...rest } = components
      return rest
    }
    case 'item': {
      const inventory = withItem(components.Inventory, effect)
      return inventory === undefined ? components : { ...components, Inventory: inventory }
    }
    case 'gold':
      return { ...components, Inventory: withGold(components.Inventory, effect.change) }
    case 'health':
      return { ...components, Health: withHealth(components.Health, effect) }
    case 'status': {
      const since = new Date(order.toldAt).toISOString()
      return { ...components, Status: { state: effect.state, since, eventId: order.eventId } }
    }
    case 'location': {
      const { place, placeId } = effect
      const since = new Date(order.toldAt).toISOString()
      const where = {
        ...(place === undefined ? {} : { place }),
        ...(placeId === undefined ? {} : { placeId }),
      }
      return { ...components, Location: { ...where, since } }
    }
  }
}

/** RFC 7396. */
const merged = (target: Json | undefined, patch: Json): Json => {
  if (!isObject(patch)) return patch
  const result: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Item = { id?: string; name: string; quantity: number }

const withItem = (inventory: JsonObject | undefined, item: Item): JsonObject | undefined => {
  const items = itemsOf(inventory)
  const index = items.findIndex((known) => isSameItem(known, item))
  const quantity = quantise((items[index]?.quantity ?? 0) + item.quantity)
  const { id, name } = item
  if (index >= 0) items.splice(index, 1, ...(quantity > 0 ? [{ ...items[index]!, quantity }] : []))
  else if (quantity > 0) items.push({ ...(id === undefined ? {} : { id }), name, quantity })
  // what somebody never had cannot be taken away
  else return inventory
  return { ...inventory, items }
}

const itemsOf = (inventory: JsonObject | undefined): Item[] =>
  Array.isArray(inventory?.items) ? [...(inventory.items as Item[])] : []

const isSameItem = (a: Item, b: Item): boolean =>
  a.id !== undefined && b.id !== undefined ? a.id === b.id : normaliseName(a.name) === normaliseName(b.name)

const withGold = (inventory: JsonObject | undefined, change: number): JsonObject => {
  const gold = typeof inventory?.gold === 'number' ? inventory.gold : 0
  return { ...inventory, items: itemsOf(inventory), gold: Math.max(0, quantise(gold + change)) }
}

const defaultMaxHealth = 100

const withHealth = (
  health: JsonObject | undefined,
  { change = 0, to, max: newMax }: Extract<EntityEffect, { do: 'health' }>,
): JsonObject => {
  const max = newMax ?? (typeof health?.max === 'number' ? health.max : defaultMaxHealth)
  const before = typeof health?.current === 'number' ? health.current : max
  return { ...health, current: Math.min(max, Math.max(0, quantise((to ?? before) + change))), max }
}
