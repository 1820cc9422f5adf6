import { textArray } from '#platform/postgres/binary-array'
import type { VectorStore } from '../vector-store.ts'
import { putValues, putVectors } from './put-vectors.ts'
import { filterValues } from './vector-filter.ts'

const insert = putVectors('text[]', 'u.vector::vector')

const select = `
  SELECT chronicle_id, event_id, version, score
  FROM chronicle_nearest($1, $2, $6::text::vector, $3, $4::timestamptz, $5::timestamptz, $7, $8)`

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
    const texts = textArray(vectors.map(({ vector }) => vectorText(vector)))
    await client.query(insert, putValues(worldId, embedder, vectors, texts, null))
  },

  nearest: async (client, query, count) => {
    const values = [...filterValues(query), vectorText(query.vector), count, exactUpTo]
    const { rows } = await client.query<NearestRow>(select, values)
    const candidates = rows.map(({ chronicle_id, event_id, version, score }) => ({
      ...{ chronicleId: chronicle_id, eventId: event_id, version, score },
    }))
    return { candidates, isComplete: true }
  },
})

/** Decimals of a float32 are read as the same float32. */
const vectorText = (vector: Float32Array): string => `[${vector.join()}]`
