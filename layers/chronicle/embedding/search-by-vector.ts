import type pg from 'pg'
import { int8Array, textArray } from '#platform/postgres/binary-array'
import { vectorStoreOf } from './vector-store/vector-store-of.ts'
import type { VectorCandidate, VectorQuery, VectorStore } from './vector-store.ts'

export interface VectorSearch {
  /** Made by `embedder`, of length 1; one of zeros finds nothing. */
  vector: Float32Array
  /** Its name. */
  embedder: string
  /** Default: every chronicle of the world. */
  chronicleId?: string | undefined
  /** At most `vectorSearchLimit`. */
  limit: number
  /** Times of the story, ISO 8601 in UTC, both included. */
  from?: string | undefined
  to?: string | undefined
}

export interface VectorHit {
  chronicleId: string
  eventId: string
  /** Cosine, −1 to 1. */
  score: number
}

export interface VectorHits {
  /** Best first; of equal score by chronicle and event. */
  hits: VectorHit[]
  /** False where the world has more vectors than are compared: only the newest of the story were. */
  isComplete: boolean
}

const vectorSearchLimit = 1_000

// What was embedded may have been changed or retracted since. One look-up for each, and by its time as well: without
// statistics a join read the whole world, and so did a look-up by an index that has the time before the event.
const selectCurrent = `
  SELECT u.place::int4 AS place FROM unnest($2::text[], $3::text[], $4::int8[]) WITH ORDINALITY
    AS u (chronicle_id, event_id, version, place)
  CROSS JOIN LATERAL (
    SELECT v.told_at FROM chronicle_embeddings v
    WHERE v.world_id = $1 AND v.embedder = $5 AND v.chronicle_id = u.chronicle_id AND v.event_id = u.event_id LIMIT 1
  ) v
  CROSS JOIN LATERAL (
    SELECT FROM chronicle_events e
    WHERE e.world_id = $1 AND e.chronicle_id = u.chronicle_id AND e.event_id = u.event_id AND e.told_at = v.told_at
      AND e.version = u.version AND NOT e.retracted
    LIMIT 1
  ) e
  ORDER BY u.place`

/**
 * The events of a world whose vectors are closest to one, as they are told now: what was changed is found again when it
 * has been embedded again. In a transaction of the tenant. `store`: default the one for this database.
 *
 * @throws RangeError for a limit of less than 1 or more than `vectorSearchLimit`
 */
export const searchByVector = async (
  client: pg.ClientBase,
  worldId: string,
  search: VectorSearch,
  store?: VectorStore,
): Promise<VectorHits> => {
  const { vector, limit } = search
  if (!Number.isInteger(limit) || limit < 1 || limit > vectorSearchLimit)
    throw new RangeError(`limit: a whole number from 1 to ${vectorSearchLimit}, not ${limit}`)
  if (vector.every((value) => value === 0)) return { hits: [], isComplete: true }
  const vectors = store ?? (await vectorStoreOf(client))
  const query = queryOf(worldId, search)
  // more than asked for, since some may have been changed; where that was not enough, more again
  for (let count = limit + 64; ; count *= 4) {
    const { candidates, isComplete } = await vectors.nearest(client, query, count)
    const hits = await currentOf(client, worldId, search.embedder, candidates)
    if (hits.length >= limit || candidates.length < count) return { hits: hits.slice(0, limit), isComplete }
  }
}

const queryOf = (
  worldId: string,
  { vector, embedder, chronicleId, from, to }: VectorSearch,
): VectorQuery => ({
  ...{ worldId, vector, embedder, chronicleId },
  fromMs: from === undefined ? undefined : Date.parse(from),
  toMs: to === undefined ? undefined : Date.parse(to),
})

const currentOf = async (
  client: pg.ClientBase,
  worldId: string,
  embedder: string,
  candidates: VectorCandidate[],
): Promise<VectorHit[]> => {
  if (candidates.length === 0) return []
  const { rows } = await client.query<{ place: number }>(selectCurrent, [
    worldId,
    textArray(candidates.map(({ chronicleId }) => chronicleId)),
    textArray(candidates.map(({ eventId }) => eventId)),
    int8Array(candidates.map(({ version }) => version)),
    embedder,
  ])
  return rows.map(({ place }) => {
    const { chronicleId, eventId, score } = candidates[place - 1]!
    return { chronicleId, eventId, score }
  })
}
