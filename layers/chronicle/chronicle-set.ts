import type { ChronicleEvent } from './chronicle-event.ts'

export interface ChronicleState {
  title: string
  description: string
  /** Of its events that are not retracted. */
  eventCount: number
  fromSeq: number
  /** ISO 8601, UTC. */
  createdAt: string
}

export interface ChronicleEventState {
  chronicleId: string
  eventId: string
  version: number
  /** seq of the event that made it so. */
  fromSeq: number
  retracted: boolean
  /** As of `digestOf`. */
  digest: string
  /** ISO 8601, UTC. */
  recordedAt: string
  /** Of a retraction. */
  reason: string | null
  /** Absent: as its row has it, which was not read. */
  event?: ChronicleEvent
}

/** The part of a world's chronicles that a group of requests touches; `null`: known not to exist. */
export interface ChronicleSet {
  chronicles: Map<string, ChronicleState | null>
  /** By `eventKey`. */
  events: Map<string, ChronicleEventState | null>
  superseded: { state: ChronicleEventState; toSeq: number }[]
  /** Where rules of the world name a component type, by type; read where a sensitive one is registered, otherwise none. */
  ruledTypes: ReadonlyMap<string, string>
}

export const emptyChronicleSet = (): ChronicleSet => ({
  chronicles: new Map(),
  events: new Map(),
  superseded: [],
  ruledTypes: new Map(),
})

/** Ids have no control characters, so U+0001 separates. */
export const eventKey = (chronicleId: string, eventId: string): string => `${chronicleId}\u0001${eventId}`
