import type pg from 'pg'
import { eventKey } from '../chronicle-set.ts'
import { searchByVector } from '../embedding/search-by-vector.ts'
import { fuseRanks } from '../search/fuse-ranks.ts'
import { searchChronicle } from '../search/search-chronicle.ts'

/** A question as a vector. */
export interface QuestionVector {
  vector: Float32Array
  /** Name of the embedder that made it. */
  embedder: string
}

export interface EventsAsked {
  chronicleId: string
  question: string
  vector: QuestionVector | undefined
  asOf: number | null
  /** Times of the story. */
  from?: string | undefined
  to?: string | undefined
  limit: number
}

export interface FoundEvent {
  chronicleId: string
  eventId: string
  score: number
}

/**
 * By words, likeness of words, and vectors where there is one; vectors are of now, and do not count in a question as of
 * a seq.
 */
export const findEvents = async (
  client: pg.ClientBase,
  worldId: string,
  { chronicleId, question, vector, asOf, from, to, limit }: EventsAsked,
): Promise<FoundEvent[]> => {
  const range = { chronicleId, from, to, limit }
  const byText = await searchChronicle(client, worldId, {
    ...range,
    query: question,
    asOf: asOf ?? undefined,
  })
  if (vector === undefined || asOf !== null) return byText
  const { hits } = await searchByVector(client, worldId, { ...range, ...vector })
  const known = new Map([...hits, ...byText].map((hit) => [eventKey(hit.chronicleId, hit.eventId), hit]))
  const keysOf = (found: { chronicleId: string; eventId: string }[]) =>
    found.map((hit) => eventKey(hit.chronicleId, hit.eventId))
  return fuseRanks([keysOf(byText), keysOf(hits)])
    .slice(0, limit)
    .map(({ key, score }) => ({ ...known.get(key)!, score }))
}
