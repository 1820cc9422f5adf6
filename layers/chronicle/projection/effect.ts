import type { JsonObject } from '#world/event'

/** What an event does to one entity. */
export type EntityEffect =
  /** It takes part. The first mention of the story names an entity that is made for it. */
  | { do: 'mention'; name: string; type: string }
  | { do: 'set'; component: string; data: JsonObject }
  /** RFC 7396. */
  | { do: 'merge'; component: string; patch: JsonObject }
  | { do: 'remove'; component: string }
  /** A negative quantity takes away, as far as there is something. */
  | { do: 'item'; id?: string; name: string; quantity: number }
  | { do: 'gold'; change: number }
  | { do: 'health'; change?: number; to?: number; max?: number }
  | { do: 'status'; state: string }
  | { do: 'position'; position: [number, number, number] }
  | { do: 'location'; place?: string; placeId?: string }

/** What an event does to one relationship. */
export type RelationshipEffect =
  /** Makes it, or makes it so strong. */
  | { do: 'relate'; strength: number }
  | { do: 'unrelate' }
  /** What one feels for the other. */
  | { do: 'change'; change: number }

export type Effect = EntityEffect | RelationshipEffect

/** What effects are gathered by. */
export type Target =
  | { kind: 'entity'; entityId: string }
  | { kind: 'relationship'; sourceId: string; targetId: string; type: string }

/** A text for each target, and no other; ids have no control characters. */
export const targetText = (target: Target): string =>
  target.kind === 'entity'
    ? target.entityId
    : `${target.sourceId}\u0001${target.targetId}\u0001${target.type}`

export const targetOf = (text: string): Target => {
  const [first, targetId, type] = text.split('\u0001') as [string, string?, string?]
  return targetId === undefined
    ? { kind: 'entity', entityId: first }
    : { kind: 'relationship', sourceId: first, targetId, type: type! }
}
