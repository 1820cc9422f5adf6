import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { inTransaction } from '#platform/postgres/pool'
import { type Embedder, embedderLimits, isBlank } from './embedder.ts'
import {
  advanceProgress,
  type EventPlace,
  type PendingEvent,
  readPending,
  readProgress,
} from './pending-events.ts'
import { textOf } from './text-of.ts'
import { vectorStoreOf } from './vector-store/vector-store-of.ts'
import type { EventVector } from './vector-store.ts'

export interface EmbeddingContext {
  /** As orrery_background. */
  pool: pg.Pool
  embedder: Embedder
}

export interface EmbedOptions {
  /** Events that are looked at, at most; default 10,000. */
  maxEvents?: number
  /** Events of one batch, at most `embedderLimits.texts`; default 128. */
  batchEvents?: number
}

export interface Embedded {
  /** Vectors that were made. */
  embedded: number
  /** Events that have none any more: retracted, or without words. */
  removed: number
  /** False where there may be more to do than `maxEvents`. */
  isDone: boolean
}

const deleteVectors = `
  DELETE FROM chronicle_embeddings v USING unnest($3::text[], $4::text[]) AS u (chronicle_id, event_id)
  WHERE v.world_id = $1 AND v.embedder = $2 AND v.chronicle_id = u.chronicle_id AND v.event_id = u.event_id`

/**
 * Makes the vectors of a world's events that have none at their present version, in batches, from where an earlier run
 * got to. Any number of times, and at once, where the same may be made twice. No transaction waits for the embedder.
 *
 * @throws EmbeddingFailed what was made before it is kept
 */
export const embedPending = async (
  { pool, embedder }: EmbeddingContext,
  worldId: string,
  { maxEvents = 10_000, batchEvents = 128 }: EmbedOptions = {},
): Promise<Embedded> => {
  const batchSize = Math.min(batchEvents, embedderLimits.texts)
  const total: Embedded = { embedded: 0, removed: 0, isDone: false }
  let after: EventPlace = await readProgress(pool, worldId, embedder.name)
  for (let left = maxEvents; left > 0; ) {
    const wanted = Math.min(batchSize, left)
    const events = await readPending(pool, worldId, after, wanted)
    total.isDone = events.length < wanted
    if (events.length === 0) break
    const { embedded, removed } = await embedBatch({ pool, embedder }, worldId, events)
    total.embedded += embedded
    total.removed += removed
    after = events.at(-1)!
    left -= events.length
    if (total.isDone) break
  }
  return total
}

const embedBatch = async (
  { pool, embedder }: EmbeddingContext,
  worldId: string,
  events: PendingEvent[],
): Promise<{ embedded: number; removed: number }> => {
  const texts = events.map(({ document, retracted }) => (retracted ? '' : textOf(document)))
  const isEmpty = (index: number): boolean => isBlank(texts[index]!)
  const gone = events.filter((_, index) => isEmpty(index))
  const due = events.flatMap((event, index) => (isEmpty(index) ? [] : [{ event, text: texts[index]! }]))
  const made = await embedder.embed(due.map(({ text }) => text))
  const vectors = due.map(({ event }, index): EventVector => ({ ...event, vector: made[index]! }))
  await inTransaction(pool, async (client) => {
    const store = await vectorStoreOf(client)
    if (vectors.length > 0) await store.put(client, worldId, embedder.name, vectors)
    if (gone.length > 0) await removeVectors(client, worldId, embedder.name, gone)
    await advanceProgress(client, worldId, embedder.name, events.at(-1)!)
  })
  return { embedded: vectors.length, removed: gone.length }
}

const removeVectors = async (
  client: pg.ClientBase,
  worldId: string,
  embedder: string,
  gone: EventPlace[],
): Promise<void> => {
  await client.query(deleteVectors, [
    ...[worldId, embedder],
    textArray(gone.map(({ chronicleId }) => chronicleId)),
    textArray(gone.map(({ eventId }) => eventId)),
  ])
}
