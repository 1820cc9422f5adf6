import type { JsonObject } from '#world/event'
import type { ChronicleEvent } from '../chronicle-event.ts'
import type { PlacedEffect } from '../projection/translate.ts'

/** An event, and the seq at which it was recorded, or last changed. */
export interface Citation {
  chronicleId: string
  eventId: string
  seq: number
}

/** Somebody in an event, and who that is. */
export interface EventActor {
  entityId: string
  name: string
  entityType: string
  role: string
}

/** An event of the story with what it comes to. */
export interface StoryEvent extends Citation {
  /** Milliseconds since 1970. */
  toldAt: number
  event: ChronicleEvent
  actors: EventActor[]
  effects: PlacedEffect[]
  /** Whether it changes entities. */
  projects: boolean
}

/** Of an entity, what questions answer. */
export interface EntityState {
  id: string
  name: string
  classType: string
  /** As last written, world units; null: it was put nowhere, so that it stands at the origin. */
  position: [number, number, number] | null
  components: Record<string, JsonObject>
}

export interface Edge {
  sourceId: string
  targetId: string
  type: string
  strength: number
}

/** What made an edge as strong as it is. */
export interface EdgeFact extends Citation {
  toldAt: string
  /** null: it was set to `after`, or ended. */
  change: number | null
  /** null: there was none. */
  before: number | null
  after: number | null
}

export interface ChronicleActor {
  entityId: string
  /** As the chronicle first calls it. */
  name: string
  entityType: string
  /** Events of the chronicle that it is in. */
  events: number
}

export interface ItemEffect extends Citation {
  entityId: string
  toldAt: number
  ordinal: number
  id?: string
  name: string
  quantity: number
}

export interface PlacedEntity {
  entityId: string
  position: [number, number, number]
  /** Units. */
  distance: number
}

/** A place in the story: of two events of one time the first is the one with the lesser name. */
export interface StoryPlace {
  toldAt: number
  chronicleId: string
  eventId: string
}

export interface EdgeFilter {
  /** Either end is one of these; default: whoever. */
  ends?: readonly string[] | undefined
  /** Either end acts in this chronicle. */
  actingIn?: string | undefined
  /** Both ends are. */
  among?: boolean | undefined
  type?: string | undefined
  /** At least so strong. */
  minStrength?: number | undefined
  /** The last one of the page before. */
  after?: Omit<Edge, 'strength'> | undefined
  limit: number
}

export interface TimelineRange {
  /** Milliseconds since 1970, both included. */
  from?: number | undefined
  to?: number | undefined
  after?: StoryPlace | undefined
  limit: number
}

/**
 * Where questions are answered from: the entities and what the projection keeps (`ecs`), or the events of the chronicles
 * alone (`chronicle`). Both give the same answers wherever the projection has taken up everything and nobody else has
 * written to the entities. As of a seq: events whose present version had been recorded by then.
 */
export interface QuestionSource {
  readonly name: 'ecs' | 'chronicle'
  /** Those of these ids that exist. */
  entities(ids: readonly string[]): Promise<Map<string, EntityState>>
  /** Whoever has that name, however it is written, in order of id; at most `questionLimits.namesakes`. */
  named(name: string): Promise<string[]>
  /** In order of source, target and type. */
  edges(filter: EdgeFilter): Promise<Edge[]>
  /** In the order of the story. */
  facts(key: Omit<Edge, 'strength'>): Promise<EdgeFact[]>
  /** Types of what was ever told between two, in order. */
  edgeTypes(sourceId: string, targetId: string): Promise<string[]>
  /** Of one chronicle, in order of id. */
  actors(chronicleId: string, after: string, limit: number): Promise<ChronicleActor[]>
  /** In the order of the story; names of those that are not told are passed over. */
  events(names: readonly { chronicleId: string; eventId: string }[]): Promise<StoryEvent[]>
  /** In the order of the story. */
  timeline(entityId: string, range: TimelineRange): Promise<StoryEvent[]>
  /** The first `limit` of a chronicle in the order of the story. */
  story(chronicleId: string, limit: number): Promise<StoryEvent[]>
  /** What was done with things of that id or, however it is written, that name; in the order of the story. */
  itemEffects(item: string, limit: number): Promise<ItemEffect[]>
  /** Where everybody was at a place of the story, events at that place included; nearest first. */
  positionsAt(
    place: StoryPlace,
    center: readonly [number, number, number],
    radius: number,
    limit: number,
  ): Promise<PlacedEntity[]>
  /** Of one of them, at that place; undefined: the story does not say. */
  positionAt(place: StoryPlace, entityId: string): Promise<[number, number, number] | undefined>
  /** The last event of the story that each is in; nothing for whoever is in none. */
  lastEvents(entityIds: readonly string[]): Promise<Map<string, Citation>>
  /** By written positions, of now or as of the seq; nearest first. Whoever was put nowhere is near to nothing. */
  near(center: readonly [number, number, number], radius: number, limit: number): Promise<PlacedEntity[]>
}
