import type { Cast } from './casts.ts'
import type { Cursor } from './cursor.ts'
import type { Filter } from './filter.ts'

/** What a client asks of a stream. */
export interface StreamOptions {
  /** As problems and greetings name it. */
  world: string
  cast: Cast
  /** Server-sent events, or MessagePack behind lengths; default text. */
  encoding?: 'text' | 'binary'
  filter: Filter
  /** Frames a second at most; undefined: each as it comes. */
  rate?: number | undefined
  /** Also cells of side 2^far units that lie outside of the filter; undefined: none. */
  far?: number | undefined
  /** Where it goes on; undefined: now. */
  cursor?: Cursor | undefined
}

export interface StreamLimits {
  heartbeatMs: number
  /** The stream is ended after so long, before the platform would. */
  longestMs: number
  /** Of what waits for a reader that is slow. */
  pendingBytes: number
  /** Events that a cursor may lack. */
  missedEvents: number
  /** Entities that a filter may hold. */
  heldEntities: number
}

export const defaultLimits: StreamLimits = {
  heartbeatMs: 15_000,
  longestMs: 14 * 60_000,
  pendingBytes: 1_048_576,
  missedEvents: 10_000,
  heldEntities: 100_000,
}
