import type pg from 'pg'
import type { WorldKey } from './append-segment.ts'
import type { Lineage } from './fork-ledger.ts'
import { laterCommits } from './later-commits.ts'

// the head of a chain is what its first later commit follows; an ancestor may have a commit of the same number
const headsText = `
  WITH ${laterCommits}, first AS (
    SELECT DISTINCT ON (layer, shard) layer, shard, number, previous_hash FROM later
    WHERE world_id = ($1::uuid[])[1] ORDER BY layer, shard, number
  )
  INSERT INTO ledger_shards (world_id, tenant_id, layer, shard, number, hash, committed_to)
  SELECT $3::uuid, $4, s.layer, s.shard, coalesce(f.number - 1, s.number), coalesce(f.previous_hash, s.hash),
    CASE WHEN f.number IS NULL THEN s.committed_to ELSE coalesce(b.epoch_end, 0) END
  FROM ledger_shards s
  LEFT JOIN first f USING (layer, shard)
  LEFT JOIN LATERAL (
    SELECT epoch_end FROM commits c
    WHERE c.world_id = ANY ($1::uuid[]) AND c.layer = s.layer AND c.shard = s.shard AND c.number = f.number - 1
      AND c.hash = f.previous_hash
    LIMIT 1
  ) b ON true
  WHERE s.world_id = ($1::uuid[])[1] AND coalesce(f.number - 1, s.number) > 0`

/** Gives the fork the heads of the chains as they were. */
export const forkShards = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  lineage: Lineage,
): Promise<void> => {
  await client.query(headsText, [...lineage, worldId, tenantId])
}
