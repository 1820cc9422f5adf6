import { timestamptz } from '#platform/postgres/binary-array'
import type { VectorQuery } from '../vector-store.ts'

/** Which vectors a query is about, as $1 to $5. */
export const filterOf = (row: string): string => `
  ${row}.world_id = $1 AND ${row}.embedder = $2 AND ($3::text IS NULL OR ${row}.chronicle_id = $3)
  AND ($4::timestamptz IS NULL OR ${row}.told_at >= $4) AND ($5::timestamptz IS NULL OR ${row}.told_at <= $5)`

export const filterValues = ({ worldId, embedder, chronicleId, fromMs, toMs }: VectorQuery): unknown[] => [
  ...[worldId, embedder, chronicleId ?? null],
  ...[fromMs, toMs].map((ms) => (ms === undefined ? null : timestamptz(ms))),
]
