import type pg from 'pg'
import { byteaArray, int8Array, textArray, timestamptz } from '#platform/postgres/binary-array'
import type { VectorQuery, VectorStore } from '../vector-store.ts'
import { putVectors } from './put-vectors.ts'
import { createRanking } from './ranking.ts'

const insert = putVectors('bytea[]', 'u.vector')

/** Of vectors, for one search: 50,000 of 256 dimensions. */
const searchedBytes = 50_000 * 256 * Float32Array.BYTES_PER_ELEMENT
/** Of one page: no more lies in memory. */
const pageBytes = 4 * 1_024 * 1_024

// the newest of the story first, so that the oldest are left out where there are too many
const declare = `
  DECLARE chronicle_vectors NO SCROLL CURSOR FOR SELECT chronicle_id, event_id, version, vector FROM chronicle_embeddings
  WHERE world_id = $1 AND embedder = $2 AND ($3::text IS NULL OR chronicle_id = $3)
    AND ($4::timestamptz IS NULL OR told_at >= $4) AND ($5::timestamptz IS NULL OR told_at <= $5)
  ORDER BY told_at DESC, chronicle_id DESC, event_id DESC`

/**
 * Vectors as bytes, which this process compares: for servers without pgvector. `searched`: vectors of one search at
 * most. The search needs a transaction.
 */
export const bytesStore = (searched?: number): VectorStore => ({
  put: async (client, worldId, embedder, vectors) => {
    await client.query(insert, [
      ...[worldId, embedder],
      textArray(vectors.map(({ chronicleId }) => chronicleId)),
      textArray(vectors.map(({ eventId }) => eventId)),
      int8Array(vectors.map(({ version }) => version)),
      byteaArray(vectors.map(({ vector }) => bytesOf(vector))),
    ])
  },

  nearest: async (client, query, count) => {
    const most = searched ?? Math.floor(searchedBytes / query.vector.byteLength)
    const pageRows = Math.ceil(pageBytes / query.vector.byteLength)
    const ranking = createRanking(query.vector, count)
    await client.query(declare, cursorValues(query))
    let read = 0
    let isComplete = false
    while (read < most && !isComplete) {
      const wanted = Math.min(pageRows, most - read)
      const rows = await fetchRows(client, wanted)
      for (const { chronicle_id, event_id, version, vector } of rows)
        ranking.add({ chronicleId: chronicle_id, eventId: event_id, version }, vector)
      read += rows.length
      isComplete = rows.length < wanted
    }
    if (!isComplete) isComplete = (await fetchRows(client, 1)).length === 0
    await client.query('CLOSE chronicle_vectors')
    return { candidates: ranking.best(), isComplete }
  },
})

const cursorValues = ({ worldId, embedder, chronicleId, fromMs, toMs }: VectorQuery): unknown[] => [
  ...[worldId, embedder, chronicleId ?? null],
  ...[fromMs, toMs].map((ms) => (ms === undefined ? null : timestamptz(ms))),
]

interface VectorRow {
  chronicle_id: string
  event_id: string
  version: number
  vector: Uint8Array
}

const fetchRows = async (client: pg.ClientBase, count: number): Promise<VectorRow[]> =>
  (await client.query<VectorRow>(`FETCH ${Math.trunc(count)} FROM chronicle_vectors`)).rows

/** Little-endian, as every processor that runs Node.js has its floats. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
