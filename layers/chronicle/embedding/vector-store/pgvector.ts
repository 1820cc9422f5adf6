import { int8Array, textArray, timestamptz } from '#platform/postgres/binary-array'
import type { VectorStore } from '../vector-store.ts'
import { putVectors } from './put-vectors.ts'

const insert = putVectors('text[]', 'u.vector::vector')

const select = `
  SELECT chronicle_id, event_id, version, score
  FROM chronicle_nearest($1, $2, $3::text::vector, $4, $5::timestamptz, $6::timestamptz, $7, $8)`

interface NearestRow {
  chronicle_id: string
  event_id: string
  version: number
  score: number
}

/** A world of more vectors is searched by the index, which may miss a few; 100,000 of 256 dimensions are 100 MB to read. */
const exactVectors = 100_000

/** pgvector: every vector of the world counts. `exactUpTo`: vectors of a world that are compared one by one. */
export const pgvectorStore = (exactUpTo = exactVectors): VectorStore => ({
  put: async (client, worldId, embedder, vectors) => {
    await client.query(insert, [
      ...[worldId, embedder],
      textArray(vectors.map(({ chronicleId }) => chronicleId)),
      textArray(vectors.map(({ eventId }) => eventId)),
      int8Array(vectors.map(({ version }) => version)),
      textArray(vectors.map(({ vector }) => vectorText(vector))),
    ])
  },

  nearest: async (client, { worldId, embedder, vector, chronicleId, fromMs, toMs }, count) => {
    const filters = [
      chronicleId ?? null,
      ...[fromMs, toMs].map((ms) => (ms === undefined ? null : timestamptz(ms))),
    ]
    const values = [worldId, embedder, vectorText(vector), ...filters, count, exactUpTo]
    const { rows } = await client.query<NearestRow>(select, values)
    const candidates = rows.map(({ chronicle_id, event_id, version, score }) => ({
      ...{ chronicleId: chronicle_id, eventId: event_id, version, score },
    }))
    return { candidates, isComplete: true }
  },
})

/** Decimals of a float32 are read as the same float32. */
const vectorText = (vector: Float32Array): string => `[${vector.join()}]`
