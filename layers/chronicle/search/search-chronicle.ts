import type pg from 'pg'
import { timestamptz } from '#platform/postgres/binary-array'
import { eventKey } from '../chronicle-set.ts'
import { chronicleEventsAt } from '../read/events-at.ts'
import { fuseRanks } from './fuse-ranks.ts'
import { isLiteral } from './literal-query.ts'

export interface ChronicleSearch {
  /** Words as of a web search; at most 1,024 characters count for likeness by their first 16 words. */
  query: string
  /** Default: every chronicle of the world. */
  chronicleId?: string | undefined
  limit: number
  /** Times of the story, ISO 8601 in UTC, both included. */
  from?: string | undefined
  to?: string | undefined
  /** Default: now. Without an index: it reads what the world had at that seq. */
  asOf?: number | undefined
}

export interface ChronicleHit {
  chronicleId: string
  eventId: string
  /** As of `fuseRanks`. */
  score: number
  /** Of the story. */
  toldAt: string
}

interface HitRow {
  chronicle_id: string
  event_id: string
  told_ms: number
}

const wordLimit = 16
const columns = `chronicle_id, event_id, (extract(epoch FROM told_at) * 1000)::int8 AS told_ms`

const matchingNow = `SELECT ${columns} FROM chronicle_search($1, $2, $3, $4::timestamptz, $5::timestamptz, $6)`
const similarNow = `
  SELECT ${columns} FROM chronicle_search_similar($1, $2, $3::text[], $4::timestamptz, $5::timestamptz, $6)`

const past = chronicleEventsAt.past.replaceAll('$2', '$7')
const inChronicle = (row: string) => `($2::text IS NULL OR ${row}.chronicle_id = $2)`
const inRange = `NOT e.retracted AND ${inChronicle('e')}
  AND ($4::timestamptz IS NULL OR e.told_at >= $4) AND ($5::timestamptz IS NULL OR e.told_at <= $5)`
const matchingPast = `
  SELECT ${columns} FROM ${past} e WHERE e.search @@ chronicle_query($3) AND ${inRange}
  ORDER BY ts_rank(e.search, chronicle_query($3)) DESC, e.chronicle_id, e.event_id LIMIT $6`
const similarPast = `
  SELECT e.chronicle_id, e.event_id, (extract(epoch FROM e.told_at) * 1000)::int8 AS told_ms
  FROM ${past} e JOIN unnest($3::text[]) AS w (word)
    ON word_similarity(w.word, e.search_text) >= 0.45 AND numnode(plainto_tsquery('pg_catalog.english', w.word)) > 0 AND NOT EXISTS (
      SELECT FROM ${past} k WHERE k.search @@ chronicle_query(w.word) AND ${inChronicle('k')})
  WHERE ${inRange} GROUP BY e.chronicle_id, e.event_id, e.told_at
  ORDER BY sum(word_similarity(w.word, e.search_text)) DESC, e.chronicle_id, e.event_id LIMIT $6`

/**
 * The events that answer a query best, from three rankings that are fused: events with all its words, with any of
 * them, and with words like those that no event has, which forgives misspelled names. A query with quotes or
 * exclusions means what it says: only the first ranking counts. Equal ones are in order of their ids. Retracted
 * events are not found.
 */
export const searchChronicle = async (
  client: pg.ClientBase,
  worldId: string,
  search: ChronicleSearch,
): Promise<ChronicleHit[]> => {
  const rows = new Map<string, HitRow>()
  const keysOf = (found: HitRow[]): string[] =>
    found.map((row) => {
      const key = eventKey(row.chronicle_id, row.event_id)
      rows.set(key, row)
      return key
    })
  const lists = [keysOf(await ask(client, worldId, search, 'matching', search.query))]
  const words = wordsOf(search.query)
  if (words.length > 0) {
    lists.push(keysOf(await ask(client, worldId, search, 'matching', words.join(' or '))))
    lists.push(keysOf(await ask(client, worldId, search, 'similar', words)))
  }
  return fuseRanks(lists)
    .slice(0, search.limit)
    .map(({ key, score }) => {
      const { chronicle_id: chronicleId, event_id: eventId, told_ms: toldMs } = rows.get(key)!
      return { chronicleId, eventId, score, toldAt: new Date(toldMs).toISOString() }
    })
}

const texts = {
  matching: { now: matchingNow, past: matchingPast },
  similar: { now: similarNow, past: similarPast },
}

const ask = async (
  client: pg.ClientBase,
  worldId: string,
  { chronicleId, limit, from, to, asOf }: ChronicleSearch,
  kind: keyof typeof texts,
  asked: string | string[],
): Promise<HitRow[]> => {
  const time = (text: string | undefined) => (text === undefined ? null : timestamptz(Date.parse(text)))
  // deep enough that what is second in each is not lost to what is first in one
  const candidates = Math.max(100, limit * 2)
  const values = [worldId, chronicleId ?? null, asked, time(from), time(to), candidates]
  const { rows } = await (asOf === undefined
    ? client.query<HitRow>(texts[kind].now, values)
    : client.query<HitRow>(texts[kind].past, [...values, asOf]))
  return rows
}

/** Its words of three letters and more, each once; none of a query with quotes or exclusions. */
const wordsOf = (query: string): string[] => {
  if (isLiteral(query)) return []
  const words = query.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []
  return [...new Set(words.filter((word) => word !== 'or'))].slice(0, wordLimit)
}
