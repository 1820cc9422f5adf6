import { int8Array, textArray, timestamptzArray } from '#platform/postgres/binary-array'
import type { EventVector } from '../vector-store.ts'

/**
 * What both adapters write; `vector` is their column's value of `u.vector`. The tenant is the event's.
 *
 * The event is named by all columns of each index of chronicle_events: without statistics the planner takes any of them,
 * and by one that lacked a column it read the whole world for each event.
 */
export const putVectors = (vectors: string, vector: string): string => `
  INSERT INTO chronicle_embeddings
    (world_id, embedder, chronicle_id, event_id, tenant_id, version, told_at, vector, code)
  SELECT e.world_id, $2, e.chronicle_id, e.event_id, e.tenant_id, e.version, e.told_at, ${vector}, u.code
  FROM unnest($3::text[], $4::text[], $5::int8[], $6::int8[], $7::timestamptz[], $8::${vectors}, $9::bytea[])
    AS u (chronicle_id, event_id, version, from_seq, told_at, vector, code)
  CROSS JOIN LATERAL (
    SELECT * FROM chronicle_events e
    WHERE e.world_id = $1 AND e.chronicle_id = u.chronicle_id AND e.event_id = u.event_id
      AND e.from_seq = u.from_seq AND e.told_at = u.told_at AND e.version = u.version AND NOT e.retracted
    LIMIT 1
  ) e
  ORDER BY e.chronicle_id, e.event_id
  ON CONFLICT (world_id, embedder, chronicle_id, event_id) DO UPDATE
    SET version = EXCLUDED.version, told_at = EXCLUDED.told_at, vector = EXCLUDED.vector, code = EXCLUDED.code
    WHERE chronicle_embeddings.version <= EXCLUDED.version`

export const putValues = (
  worldId: string,
  embedder: string,
  vectors: readonly EventVector[],
  values: Buffer,
  codes: Buffer | null,
): unknown[] => [
  ...[worldId, embedder],
  textArray(vectors.map(({ chronicleId }) => chronicleId)),
  textArray(vectors.map(({ eventId }) => eventId)),
  int8Array(vectors.map(({ version }) => version)),
  int8Array(vectors.map(({ seq }) => seq)),
  timestamptzArray(vectors.map(({ toldAtMs }) => toldAtMs)),
  ...[values, codes],
]
