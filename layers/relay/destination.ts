import type pg from 'pg'
import type { Queue } from '#platform/queue/queue'

/**
 * A consumer that takes the events of each world in order, through a FIFO queue: batches of consecutive
 * events as JSON `EventBatch`, group = world.
 */
export interface OrderedDestination {
  name: string
  kind: 'ordered'
  /**
   * Which queue the world's events go to now. It is asked after the events were read and before they are
   * sent, and `client` runs each statement on a snapshot of its own (READ COMMITTED): who takes the world
   * over after this answer and then reads the log finds every event that goes to the old queue. Undefined:
   * nobody wants the events now, and they count as delivered.
   */
  queueFor(client: pg.ClientBase, worldId: string): Promise<Queue | undefined>
}

/** A bus that takes one entry per event, such as EventBridge. */
export interface PublisherDestination {
  name: string
  kind: 'publisher'
  publisher: Publisher
}

export type Destination = OrderedDestination | PublisherDestination

export interface BusEntry {
  source: 'orrery'
  /** The event's type. */
  detailType: string
  worldId: string
  tenantId: string
  seq: number
  /** JSON text: `{worldId, tenantId, …event}`, or `{worldId, tenantId, seq, reference: true}` over 200 KB. */
  detail: string
  /** When the event occurred; ISO 8601, UTC. */
  time: string
}

export type PublishResult =
  | { status: 'accepted' }
  /** The bus will never take this entry. */
  | { status: 'refused'; reason: string }
  /** Worth another try: throttled, away. */
  | { status: 'retry'; reason: string }

export interface Publisher {
  /**
   * Takes 1 to 10 entries of one world, at most 256 KB together; answers a result for each, in their order. Behind
   * one that was not accepted all are answered as retry, whether the bus took them or not: they are published
   * again, in order. An error counts as retry for all.
   */
  publish(entries: BusEntry[]): Promise<PublishResult[]>
}
