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
  const placeName = place?.name ?? place?.entityId
  if (placeName !== undefined && placeOf(event, actors) === undefined)
    add(place?.entityId, placeName, 'Place', 'place')
  for (const { entityId, name } of event.items ?? [])
    if (entityId !== undefined && !actors.some(({ explicitId }) => explicitId === entityId))
      add(entityId, name, 'Item', 'item')
  return actors
}

/** The actor that the event's location is; undefined where it names none. */
export const placeOf = <A extends Pick<NamedActor, 'explicitId' | 'name' | 'role'>>(
  { location: place }: ChronicleEvent,
  actors: readonly A[],
): A | undefined => {
  if (place?.entityId !== undefined) return actors.find(({ explicitId }) => explicitId === place.entityId)
  if (place?.name === undefined) return undefined
  const wanted = normaliseName(place.name)
  return actors.find(({ name, role }) => normaliseName(name) === wanted && placeRoles.has(role.toLowerCase()))
}

const placeRoles = new Set(['place', 'location', 'destination'])
