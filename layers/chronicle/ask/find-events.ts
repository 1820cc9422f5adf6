import type pg from 'pg'
import { eventKey } from '../chronicle-set.ts'
import { searchByVector } from '../embedding/search-by-vector.ts'
import { fuseRanks } from '../search/fuse-ranks.ts'
import { isLiteral, meantEvents } from '../search/literal-query.ts'
import { searchChronicle } from '../search/search-chronicle.ts'

/** A question as a vector. */
export interface QuestionVector {
  vector: Float32Array
  /** Name of the embedder that made it. */
  embedder: string
  /** Hits of less are no hits. */
  floor: number
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
 * a seq. What a question with quotes or exclusions means holds for all that is found.
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
  const found = await searchByVector(client, worldId, { ...range, ...vector })
  const close = found.hits.filter(({ score }) => score >= vector.floor)
  const meant = isLiteral(question) ? await meantEvents(client, worldId, question, close) : undefined
  const hits = close.filter((hit) => meant?.has(eventKey(hit.chronicleId, hit.eventId)) ?? true)
  const known = new Map([...hits, ...byText].map((hit) => [eventKey(hit.chronicleId, hit.eventId), hit]))
  const keysOf = (found: { chronicleId: string; eventId: string }[]) =>
    found.map((hit) => eventKey(hit.chronicleId, hit.eventId))
  return fuseRanks([keysOf(byText), keysOf(hits)])
    .slice(0, limit)
    .map(({ key, score }) => ({ ...known.get(key)!, score }))
}
