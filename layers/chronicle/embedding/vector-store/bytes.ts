import type pg from 'pg'
import { byteaArray } from '#platform/postgres/binary-array'
import type { VectorQuery, VectorStore } from '../vector-store.ts'
import { codeHeaderBytes, codeOf, mayBeNearest } from './code.ts'
import { type Codes, createCodeCache } from './code-cache.ts'
import { putValues, putVectors } from './put-vectors.ts'
import { createRanking, type Ranking } from './ranking.ts'
import { filterOf, filterValues } from './vector-filter.ts'

const insert = putVectors('bytea[]', 'u.vector')

/** Of codes, for one search: 100,000 of 256 dimensions. */
const searchedBytes = 100_000 * (256 + codeHeaderBytes)
/** Vectors that are compared as they are, of one page: no more lie in memory. */
const pageRows = 4_096

const ofThisProcess = createCodeCache(64 * 1024 * 1024)

// all of them as two values: one row for each would take longer than to compare them. Hexadecimal, since pg reads
// whatever it gets as text
const selectCodes = (order: string) => `
  SELECT count(*) AS vectors, encode(string_agg(code, ''), 'hex') AS codes, encode(string_agg(tidsend(place), ''), 'hex') AS places
  FROM (
    SELECT code, ctid AS place FROM chronicle_embeddings v
    WHERE ${filterOf('v')} AND octet_length(code) = $6 ${order} LIMIT $7
  ) s`

const inAnyOrder = selectCodes('')
// for where there are too many: the sort costs time
const newestFirst = selectCodes('ORDER BY told_at DESC, chronicle_id DESC, event_id DESC')

// one look-up for each, whatever the planner knows of the table. A row that was written anew is not where it was; if
// another one is, it is one of the same search
const selectVectors = `
  SELECT v.* FROM unnest($6::tid[]) AS p (place) CROSS JOIN LATERAL (
    SELECT chronicle_id, event_id, version, vector FROM chronicle_embeddings v
    WHERE v.ctid = p.place AND ${filterOf('v')} LIMIT 1
  ) v`

/**
 * Vectors as bytes, which this process compares: for servers without pgvector. It ranks them by their codes, and those
 * that may be among the nearest as they are, so that the answer is exact. `searched`: vectors of one search at most,
 * which nothing is kept of.
 */
export const bytesStore = (searched?: number): VectorStore => ({
  put: async (client, worldId, embedder, vectors) => {
    const bytes = byteaArray(vectors.map(({ vector }) => bytesOf(vector)))
    const codes = byteaArray(vectors.map(({ vector }) => codeOf(vector)))
    await client.query(insert, putValues(worldId, embedder, vectors, bytes, codes))
  },

  nearest: async (client, query, count) => {
    const cache = searched === undefined ? ofThisProcess : undefined
    const { name, known } = (await cache?.find(client, query)) ?? { name: undefined, known: undefined }
    const exact = known && (await rank(client, query, known, count))
    // a row of them was written anew without one more event
    if (exact?.isWhole) return { candidates: exact.candidates, isComplete: known!.isComplete }
    const codes = await readCodes(client, query, searched)
    cache?.keep(name, codes)
    const { candidates } = await rank(client, query, codes, count)
    return { candidates, isComplete: codes.isComplete }
  },
})

const readCodes = async (
  client: pg.ClientBase,
  query: VectorQuery,
  searched: number | undefined,
): Promise<Codes> => {
  const codeBytes = codeHeaderBytes + query.vector.length
  const most = searched ?? Math.floor(searchedBytes / codeBytes)
  const all = await queryCodes(client, inAnyOrder, query, [codeBytes, most + 1])
  if (all.vectors <= most) return { ...all, isComplete: true }
  return { ...(await queryCodes(client, newestFirst, query, [codeBytes, most])), isComplete: false }
}

interface CodesRow {
  vectors: number
  codes: string | null
  places: string | null
}

const queryCodes = async (client: pg.ClientBase, text: string, query: VectorQuery, values: number[]) => {
  const { rows } = await client.query<CodesRow>(text, [...filterValues(query), ...values])
  const { vectors, codes, places } = rows[0]!
  return { vectors, codes: Buffer.from(codes ?? '', 'hex'), places: Buffer.from(places ?? '', 'hex') }
}

/** `isWhole`: the vector of each code that counts was there. */
const rank = async (client: pg.ClientBase, query: VectorQuery, { codes, places }: Codes, count: number) => {
  const nearest = mayBeNearest(query.vector, codes, count)
  const ranking = createRanking(query.vector, count)
  let found = 0
  for (let from = 0; from < nearest.length; from += pageRows) {
    const page = nearest.slice(from, from + pageRows).map((index) => tidAt(places, index))
    found += await compare(client, query, page, ranking)
  }
  return { candidates: ranking.best(), isWhole: found === nearest.length }
}

const tidAt = (places: Buffer, index: number): string =>
  `(${places.readUInt32BE(index * 6)},${places.readUInt16BE(index * 6 + 4)})`

interface VectorRow {
  chronicle_id: string
  event_id: string
  version: number
  vector: Uint8Array
}

const compare = async (
  client: pg.ClientBase,
  query: VectorQuery,
  places: string[],
  ranking: Ranking,
): Promise<number> => {
  const { rows } = await client.query<VectorRow>(selectVectors, [...filterValues(query), places])
  for (const { chronicle_id, event_id, version, vector } of rows)
    ranking.add({ chronicleId: chronicle_id, eventId: event_id, version }, vector)
  return rows.length
}

/** Little-endian, as every processor that runs Node.js has its floats. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
