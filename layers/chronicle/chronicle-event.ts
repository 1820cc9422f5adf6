import type { JsonObject } from '#world/event'

/** How sure the chronicle is that it happened. Only `actual` and `reported` events change entities (by default). */
export const modalities = [
  'actual',
  'reported',
  'believed',
  'rumored',
  'planned',
  'hypothetical',
  'imagined',
] as const
export type Modality = (typeof modalities)[number]

/** Somebody or something that takes part in an event. */
export interface Actor {
  /** Of the world. Absent: it is found by its name and type. */
  entityId?: string
  name: string
  /** The class of the entity, such as Character, Place, Item, Faction. */
  entityType: string
  /** What it does in the event: agent, target, recipient, witness, place, … */
  role: string
  /** More about it in this event, for people. */
  context?: string
}

/** What the event did to what one actor feels for another. */
export interface Valence {
  /** Name or entity id of an actor of the event. */
  source: string
  target: string
  /** trust, affection, respect, fear, …: the type of the relationship. */
  type: string
  /** Added to its strength. */
  change: number
}

export interface Causality {
  /** Ids of events of the same chronicle, which may be told later. */
  causedBy: string[]
  causes: string[]
}

export interface StoryLocation {
  /** Of a place in the world. Absent: it is found by its name, with the type Place. */
  entityId?: string
  name?: string
  /** World units. */
  position?: [number, number, number]
}

export interface StoryItem {
  entityId?: string
  name: string
  /** Default 1. */
  quantity?: number
}

/** An event of a chronicle, as it is told, kept and answered: everything that may be left out has its default. */
export interface ChronicleEvent {
  /** The caller's; unique in its chronicle. */
  id: string
  /** Of the story: ISO 8601, UTC, milliseconds. */
  timestamp: string
  eventType: string
  summary: string
  actors: Actor[]
  /** A verb, such as `gave`: what it changes is in the world's table of rules. */
  action: string
  valence: Valence[]
  causality: Causality
  modality: Modality
  /** Who tells it; SYSTEM: Orrery itself. */
  source: string
  keywords: string[]
  location?: StoryLocation
  items?: StoryItem[]
  data: JsonObject
}
