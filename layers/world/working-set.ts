import type { ChronicleSet } from '#chronicle/chronicle-set'
import type { BodyTraits } from './body.ts'
import type { ComponentTypeDefinition } from './component-types/definition.ts'
import type { Entity, EventType, Relationship, RelationshipKey, WorldEvent } from './event.ts'
import type { WorldSettings } from './settings.ts'

/** An entity as it stands, with what its rows need. */
export interface EntityState {
  entity: Entity
  /** seq of the event that made this state. */
  fromSeq: number
  createdAt: Date
  updatedAt: Date
  /** For each component with a row: the seq of the event that made it so. */
  componentSeqs: Partial<Record<string, number>>
  /** Of its body, once the physics has taken up everything. */
  activity: number
  /** seq of the last event that put it where it is. */
  positionSeq: number
}

/** A registered component type as it stands. */
export interface TypeState {
  definition: ComponentTypeDefinition
  fromSeq: number
}

export interface RelationshipState {
  relationship: Relationship
  fromSeq: number
}

/** A superseded state: true from its `fromSeq` up to, not including, `toSeq`. */
export type Superseded<State> = { state: State; toSeq: number }

/** A component that was replaced or removed. */
export interface SupersededComponent {
  entityId: string
  type: string
  data: Entity['parameters']
  fromSeq: number
  toSeq: number
}

/** An event before it has its place in time. */
export type EventDraft = {
  [T in EventType]: Pick<Extract<WorldEvent, { type: T }>, 'type' | 'entityId' | 'data'>
}[EventType]

/**
 * The part of a world that a group of requests touches, read under the world's lock, and what the group
 * makes of it. `null` in a map means: known not to exist. Every change goes through `assign` or `push`,
 * so that a refused request can be undone.
 */
export interface WorkingSet {
  seq: number
  settings: WorldSettings
  entities: Map<string, EntityState | null>
  relationships: Map<string, RelationshipState | null>
  /** Parent of a hierarchy edge's target, for every entity on the way up from the edges that are touched. */
  parents: Map<string, string | null>
  /** All that the world has registered, where the group writes components; otherwise none. */
  componentTypes: Map<string, TypeState>
  /** Of a type that the group registers anew: whether more entities have it than one request may upgrade. */
  crowdedTypes: Set<string>
  chronicle: ChronicleSet
  events: WorldEvent[]
  supersededEntities: Superseded<EntityState>[]
  supersededComponents: SupersededComponent[]
  supersededRelationships: Superseded<RelationshipState>[]
  supersededTypes: Superseded<TypeState>[]
  /** The first row of a body, as its `entity.created` event and the settings of that moment make it, by entity. */
  createdBodies: Map<string, { position: Entity['position']; traits: BodyTraits } | null>
  firstBodyChangeSeq: number | null
  snapshots: { snapshotId: string; seq: number; requestId: string }[]
  updatesSinceSnapshot: number
  entityCount: number
  relationshipCount: number
  /** Entities of activity > 0. */
  activeBodies: number
  /** seq of the last of its events that lets an activity go down to 0 over some ticks; null: none does. */
  rampSeq: number | null
  undo: (() => void)[]
}

/** A key of a relationship in a map; ids have no control characters, so U+0001 separates. */
export const relationshipKey = ({ sourceId, targetId, type }: RelationshipKey): string =>
  `${sourceId}\u0001${targetId}\u0001${type}`

export const assign = <V>(set: WorkingSet, map: Map<string, V>, key: string, value: V): void => {
  const had = map.has(key)
  const before = map.get(key)
  set.undo.push(() => (had ? map.set(key, before as V) : map.delete(key)))
  map.set(key, value)
}

export const push = <T>(set: WorkingSet, list: T[], item: T): void => {
  set.undo.push(() => list.pop())
  list.push(item)
}

/** Sets plain fields of the working set. */
export const put = (set: WorkingSet, fields: Partial<WorkingSet>): void => {
  const before: Partial<WorkingSet> = {}
  for (const key of Object.keys(fields) as (keyof WorkingSet)[]) Object.assign(before, { [key]: set[key] })
  set.undo.push(() => Object.assign(set, before))
  Object.assign(set, fields)
}

/** Takes everything back that happened since `mark` (an earlier length of `set.undo`). */
export const rollBackTo = (set: WorkingSet, mark: number): void => {
  while (set.undo.length > mark) set.undo.pop()!()
}
