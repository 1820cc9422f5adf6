import type { ChronicleCommand, RecordedCounts } from '#chronicle/commands'
import type { ComponentTypeDefinition } from './component-types/definition.ts'
import type { Entity, EntityCommand, Json, JsonObject, Relationship, RelationshipKey } from './event.ts'

/**
 * What a client may ask of a world. Each becomes a pure decision (state, command → events) and one
 * transaction; a batch is a list of commands that is applied whole or refused whole.
 */
export type Command = CommandKind & {
  /** What it follows from; the causes of its events name it. */
  chronicleEventId?: string
}

type CommandKind =
  | ChronicleCommand
  /**
   * Makes the entity exactly this; fields left out by the client have been given their defaults. Without `components`
   * it keeps those that it has.
   */
  | { kind: 'put-entity'; entity: Entity }
  /** The same for an entity that must not exist yet. */
  | { kind: 'create-entity'; entity: Entity }
  | { kind: 'delete-entity'; entityId: string }
  /**
   * Makes one component of an entity exactly this. Position `{x, y, z}` and Name `{value}` are those of the entity
   * itself. Of a sensitive type the data is sealed.
   */
  | { kind: 'set-component'; entityId: string; type: string; data: JsonObject }
  /** RFC 7396: fields that are null are removed, others replaced. What is not there is made of the patch. */
  | { kind: 'merge-component'; entityId: string; type: string; patch: JsonObject }
  /** Nothing where the entity does not have it. */
  | { kind: 'remove-component'; entityId: string; type: string }
  /** Makes no event; refuses the whole request where it does not hold. */
  | { kind: 'expect'; entityId: string; expected: Expectation }
  | { kind: 'register-component-type'; definition: ComponentTypeDefinition }
  | { kind: 'put-relationship'; relationship: Relationship }
  | { kind: 'delete-relationship'; relationship: RelationshipKey }
  | {
      kind: 'set-parameter'
      entityId: string
      name: string
      value: JsonObject[string]
      /** An event also where the parameter is so already, as a command to an entity is one. */
      always?: boolean
      /** Of `activity`: the physics gets there in so many ticks by equal steps; 0 or absent: at once. */
      rampTicks?: number
    }
  /** Adds to the activity, in whole quanta of 2^-20, as far as it stays from 0 to 1e9. Nothing where the entity has gone. */
  | { kind: 'add-activity'; entityId: string; quanta: number }
  | { kind: 'move-entity'; entityId: string; position: [number, number, number] }
  | { kind: 'change-settings'; settings: JsonObject }
  /** A scene snapshot at the seq that the commands before it reach. */
  | { kind: 'take-snapshot' }

/** What must hold of an entity for a request to be applied; all that is given. */
export interface Expectation {
  exists?: boolean
  /** seq of the event that made it so. */
  seq?: number
  component?: {
    type: string
    exists?: boolean
    /** seq of the event that made the component so. */
    seq?: number
    /** A field of its data, by a path of keys and indexes: `current`, `items.0.name`. */
    field?: string
    op?: '=' | '!=' | '<' | '<=' | '>' | '>='
    value?: Json
  }
}

/** One client request: all its commands or none. */
export interface WriteRequest {
  tenantId: string
  /** The world's name; it is created by its first accepted write. */
  world: string
  /** Unique in its world: the same id again answers the stored outcome and changes nothing. */
  requestId: string
  /** The user, hashed. */
  subject?: string
  /** Of the request's span (W3C Trace Context); its events carry it in their cause. */
  traceparent?: string
  /**
   * The window of the ledger's first layer that this follows from: its manifest and last tick, named by the events' cause.
   * Such a request cuts no scene snapshot by itself. Absent: somebody asked for it.
   */
  window?: { manifest: number; tick: number }
  /** The command to an entity that this is: the cause of each of its events names it. */
  command?: EntityCommand
  /** An administrator's action: operation id of the route, under which the audit log keeps it with its outcome. */
  audit?: string
  commands: Command[]
  /** Refuse with `world-not-found` instead of creating the world. */
  mustExist?: boolean
  /** Refuse with `expectation-failed` where the world is at another seq. */
  expectSeq?: number
  /** Snapshot automatically when the request has this many commands or more (batches); 0 or absent: never. */
  snapshotFromCommands?: number
}

/** Why a request was refused; nothing of it was applied. */
export interface Refusal {
  code:
    | 'world-not-found'
    | 'entity-not-found'
    | 'entity-exists'
    | 'relationship-not-found'
    | 'second-parent'
    | 'hierarchy-cycle'
    | 'self-parent'
    | 'invalid-settings'
    | 'expectation-failed'
    | 'component-type-unknown'
    | 'component-type-fixed'
    | 'invalid-component'
    | 'component-needed'
    | 'component-excluded'
    | 'component-sealing'
    | 'invalid-component-type'
    | 'too-many-components'
    | 'chronicle-exists'
    | 'chronicle-not-found'
    | 'chronicle-event-exists'
    | 'chronicle-event-not-found'
    | 'chronicle-event-retracted'
    // of a fork
    | 'world-exists'
    | 'seq-not-reached'
    | 'commit-not-found'
    | 'entries-archived'
  /** A sentence for people: names what it is about and what stands against it. */
  detail: string
  /** Which of the request's commands; the edge names the field that it came from. */
  commandIndex: number
  data: JsonObject
}

/** What became of a request: stored with it, answered again when it is sent again. */
export type WriteOutcome =
  | {
      status: 'applied'
      worldId: string
      /** The world's seq after this request. */
      seq: number
      /** Events this request made; 0 when everything already was so. */
      events: number
      snapshotId: string | null
      /** Of a request that records chronicle events. */
      chronicle?: RecordedCounts
    }
  | { status: 'refused'; refusal: Refusal }
