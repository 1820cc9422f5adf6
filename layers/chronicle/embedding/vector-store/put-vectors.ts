/** What both adapters write; `vector` is their column's value of `u.vector`. The tenant and the time are the event's. */
export const putVectors = (vectors: string, vector: string): string => `
  INSERT INTO chronicle_embeddings
    (world_id, embedder, chronicle_id, event_id, tenant_id, version, told_at, vector)
  SELECT e.world_id, $2, e.chronicle_id, e.event_id, e.tenant_id, e.version, e.told_at, ${vector}
  FROM unnest($3::text[], $4::text[], $5::int8[], $6::${vectors}) AS u (chronicle_id, event_id, version, vector)
  JOIN chronicle_events e ON e.world_id = $1 AND e.chronicle_id = u.chronicle_id AND e.event_id = u.event_id
    AND e.version = u.version AND NOT e.retracted
  ORDER BY e.chronicle_id, e.event_id
  ON CONFLICT (world_id, embedder, chronicle_id, event_id) DO UPDATE
    SET version = EXCLUDED.version, told_at = EXCLUDED.told_at, vector = EXCLUDED.vector
    WHERE chronicle_embeddings.version <= EXCLUDED.version`
