import type { ComponentTypeDefinition } from './component-types/definition.ts'

/** Any JSON value; numbers are IEEE 754 doubles. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/**
 * One field's old and new value. Computed once, in the write path; history, queues, tick snapshots and
 * clients carry the same objects. `field` is a path such as `position`, `classType`,
 * `parameters.wavelength`, `extra.lod`, or of a relationship `strength`. A value that is absent was or is
 * not there, which differs from a parameter that is null.
 */
export interface Change {
  /** Of a relationship: its source. Of the world's settings: ''. */
  entityId: string
  field: string
  oldValue?: Json
  newValue?: Json
}

/** What somebody told an entity to do: POST /entity/{id}/command. */
export interface EntityCommand {
  cmd: string
  params: JsonObject
}

/** What made an event. Every event has one. */
export interface Cause {
  requestId?: string
  /** Of the span that made it (W3C Trace Context). */
  traceparent?: string
  chronicleEventId?: string
  tick?: number
  commitId?: string
  /** Of the ledger's first layer: what its window does to the world. */
  manifest?: number
  /** The command to an entity that it follows from; an external entity service listens for these. */
  command?: EntityCommand
}

/** An entity as the API shows it and as `entity.created.v1` carries it. */
export interface Entity {
  id: string
  name: string
  classType: string
  /** World units; each coordinate finite and below 2^40 in size. */
  position: [number, number, number]
  /** Quaternion x, y, z, w. */
  rotation: [number, number, number, number]
  scale: [number, number, number]
  tags: string[]
  parameters: JsonObject
  /** Fields of the engine that Orrery does not know, as they came. */
  extra: JsonObject
  /** Its components of registered types, such as Health, by type; absent: none. Of a sensitive type: sealed. */
  components?: Record<string, JsonObject>
}

export interface RelationshipKey {
  sourceId: string
  targetId: string
  type: string
}

export interface Relationship extends RelationshipKey {
  strength: number
  label: string | null
  /** Fields of the engine that Orrery does not know, as they came. */
  data: JsonObject
}

export interface CommittedEntries {
  commitId: string
  layer: string
  shard: string
  /** Place in the chain of (layer, shard). */
  number: number
  epochStart: number
  epochEnd: number
  /** Hex. */
  hash: string
  entryCount: number
  /** Absent where there are more than 500: they are read by the commit's id. */
  entries?: CommittedEntry[]
}

export interface CommittedEntry {
  region: string
  /** Of ticks that came after their span had been committed. */
  correction: boolean
  weight: number
  activityMean: number
  activityVar: number
}

/** The data of each event type; the version is part of the type. */
export interface EventData {
  'world.created.v1': { name: string; settings: JsonObject }
  /** The first event of a fork's own log, at `forkSeq + 1`: what came before stands in the parent's. */
  'world.forked.v1': { name: string; parentWorldId: string; forkSeq: number; settings: JsonObject }
  'world.settings_changed.v1': { changes: Change[] }
  'entity.created.v1': { entity: Entity }
  /**
   * With a ramp the body's activity goes from what it is to its new value by equal steps, the last of `ticks` on the value;
   * everything but the physics has it at once. A command's change may have the same old and new value.
   */
  'entity.updated.v1': { changes: Change[]; ramp?: { ticks: number } }
  'entity.deleted.v1': Record<string, never>
  /** The command `move`: the body goes there at the next tick, even if the written position is the same. */
  'entity.moved.v1': { position: [number, number, number]; changes: Change[] }
  'relationship.created.v1': { relationship: Relationship }
  'relationship.updated.v1': { relationship: RelationshipKey; changes: Change[] }
  'relationship.deleted.v1': { relationship: RelationshipKey }
  'component_type.registered.v1': { definition: ComponentTypeDefinition }
  'chronicle.created.v1': { chronicleId: string; title: string; description: string }
  /** They are in `chronicle_events`, with the seq of this event. */
  'chronicle.recorded.v1': { chronicleId: string; eventIds: string[] }
  'chronicle.event_changed.v1': { chronicleId: string; eventId: string; version: number }
  'chronicle.event_retracted.v1': { chronicleId: string; eventId: string; reason: string }
  /** What stood here was about an entity that has been erased (docs/retention.md). */
  'event.erased.v1': Record<string, never>
  /** The ledger committed what a span of ticks did to the regions of a shard. */
  'commit.entries.v1': CommittedEntries
}

export type EventType = keyof EventData

/** One entry of a world's log, as queues carry it. The world stands in the batch around it. */
export type WorldEvent = {
  [T in EventType]: {
    seq: number
    id: string
    type: T
    /** The entity, or a relationship's source; null for the world itself. */
    entityId: string | null
    data: EventData[T]
    cause: Cause
    /** ISO 8601, UTC; never goes back within a world. */
    occurredAt: string
  }
}[EventType]

/** An event over 200 KB travels as its name only; the reader fetches it from the log. */
export interface EventReference {
  seq: number
  reference: true
}

/** The body of a message of the relay to an ordered consumer: consecutive events of one world. */
export interface EventBatch {
  worldId: string
  tenantId: string
  fromSeq: number
  toSeq: number
  events: (WorldEvent | EventReference)[]
}

/** The body of a doorbell: the world has events up to `seq`, or `seq` is unknown (sent before the commit). */
export interface Doorbell {
  worldId: string
  seq?: number
  /** Also sends the world's dead letters again: all, or this one. */
  replayDead?: boolean | DeadLetterName
}

/** Of the relay: a destination, and the event that it refused. */
export interface DeadLetterName {
  destination: string
  seq: number
}
