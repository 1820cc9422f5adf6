import type pg from 'pg'

/** A vector of one version of an event. */
export interface EventVector {
  chronicleId: string
  eventId: string
  version: number
  /** Of that version. */
  seq: number
  /** Of the story, in ms since 1970. */
  toldAtMs: number
  vector: Float32Array
}

export interface VectorQuery {
  worldId: string
  /** Name of the embedder that made the query's vector. */
  embedder: string
  vector: Float32Array
  /** Default: every chronicle of the world. */
  chronicleId: string | undefined
  /** Times of the story, both included, in ms since 1970. */
  fromMs: number | undefined
  toMs: number | undefined
}

export interface VectorCandidate {
  chronicleId: string
  eventId: string
  version: number
  /** Cosine, −1 to 1. */
  score: number
}

export interface Nearest {
  /** Best first; of equal score by chronicle and event. Also events that were changed or retracted since. */
  candidates: VectorCandidate[]
  /** False where the world has more vectors than are compared: only the newest of the story were. */
  isComplete: boolean
}

/** Where vectors lie in the database. An adapter is for one kind of column (`vectorStoreOf`). */
export interface VectorStore {
  /**
   * Keeps vectors of events that still are at that version and not retracted, and passes over the others. As
   * orrery_background.
   */
  put(
    client: pg.ClientBase,
    worldId: string,
    embedder: string,
    vectors: readonly EventVector[],
  ): Promise<void>
  /** Of the tenant of the transaction; at most `count`. */
  nearest(client: pg.ClientBase, query: VectorQuery, count: number): Promise<Nearest>
}
