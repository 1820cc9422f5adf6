import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { nameKey, normaliseName } from './names.ts'

/** Somebody or something that an event names, before it is known who that is. */
export interface NamedActor {
  /** Place in the event: its actors, then its location, then its items with an id. */
  ordinal: number
  /** undefined: it goes by name and type. */
  explicitId: string | undefined
  name: string
  entityType: string
  role: string
  nameKey: string
}

/** The same, and who it is. */
export interface ResolvedActor extends NamedActor {
  entityId: string
  /** 1: the event says it; less: see `resolveName`. */
  confidence: number
}

const cache = new Map<string, string>()
const cacheLimit = 50_000

const cachedKey = (name: string, type: string): string => {
  const text = `${name}\u0001${type}`
  let key = cache.get(text)
  if (key === undefined) {
    if (cache.size >= cacheLimit) cache.clear()
    cache.set(text, (key = nameKey(name, type)))
  }
  return key
}

/** The actors of an event; its place is one of role `place`, and items that are entities are of role `item`. */
export const actorsOf = (event: ChronicleEvent): NamedActor[] => {
  const actors: NamedActor[] = []
  const add = (entityId: string | undefined, name: string, entityType: string, role: string): void => {
    const key = cachedKey(name, entityType)
    actors.push({ ordinal: actors.length, explicitId: entityId, name, entityType, role, nameKey: key })
  }
  for (const { entityId, name, entityType, role } of event.actors) add(entityId, name, entityType, role)
  const place = event.location
  if (place !== undefined && (place.entityId ?? place.name) !== undefined) {
    const isNamed = actors.some(({ explicitId, name, role }) =>
      place.entityId === undefined
        ? normaliseName(name) === normaliseName(place.name!) && placeRoles.has(role.toLowerCase())
        : explicitId === place.entityId,
    )
    if (!isNamed) add(place.entityId, place.name ?? place.entityId!, 'Place', 'place')
  }
  for (const { entityId, name } of event.items ?? [])
    if (entityId !== undefined && !actors.some(({ explicitId }) => explicitId === entityId))
      add(entityId, name, 'Item', 'item')
  return actors
}

const placeRoles = new Set(['place', 'location', 'destination'])
