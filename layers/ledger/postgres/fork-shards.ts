import type pg from 'pg'
import type { WorldKey } from './append-segment.ts'
import type { LedgerMoment } from './fork-ledger.ts'
import { laterCommits } from './later-commits.ts'
import { commitsOf } from './of-ledger.ts'

// The head of a chain is what its first later commit follows. Ticks come to a fork in segments of its own; manifests of
// the layer below go on in the same numbers, and the head says which of them are used up.
const headsText = `
  WITH ${laterCommits}, first AS (
    SELECT DISTINCT ON (layer, shard) layer, shard, number, previous_hash FROM later ORDER BY layer, shard, number
  )
  INSERT INTO ledger_shards (world_id, tenant_id, layer, shard, number, hash, committed_to, from_input)
  SELECT $3::uuid, $4, s.layer, s.shard, coalesce(f.number - 1, s.number), coalesce(f.previous_hash, s.hash),
    CASE WHEN f.number IS NULL THEN s.committed_to ELSE coalesce(b.epoch_end, 0) END,
    CASE WHEN l.source IS NULL THEN 1 WHEN f.number IS NULL THEN s.from_input ELSE coalesce(b.from_input, 1) END
  FROM ledger_shards s
  JOIN ledger_layers l USING (world_id, layer)
  LEFT JOIN first f USING (layer, shard)
  LEFT JOIN LATERAL (
    SELECT c.epoch_end, c.from_input FROM commits c
    WHERE c.layer = s.layer AND c.shard = s.shard AND c.number = f.number - 1 AND ${commitsOf('$1')}
  ) b ON true
  WHERE s.world_id = $1 AND coalesce(f.number - 1, s.number) > 0`

/** Gives the fork the heads of the chains as they were. */
export const forkShards = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  source: LedgerMoment,
): Promise<void> => {
  await client.query(headsText, [source.worldId, source.atSeq, worldId, tenantId])
}
