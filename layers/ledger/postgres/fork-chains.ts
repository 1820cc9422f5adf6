import type pg from 'pg'
import type { WorldKey } from './append-segment.ts'

// what the source has of its own ancestors, as far as the fork's heads reach, and then its own part
const chainsText = `
  WITH head AS (
    SELECT layer, shard, number FROM ledger_shards WHERE world_id = $1
    UNION ALL SELECT layer, '', manifest FROM ledger_layers WHERE world_id = $1
  ), earlier AS (
    SELECT h.layer, h.shard, i.of_world_id, i.from_number, least(i.to_number, h.number) AS to_number
    FROM head h JOIN inherited_chains i USING (layer, shard)
    WHERE i.world_id = $2 AND i.from_number <= h.number
  ), own AS (
    SELECT h.layer, h.shard, $2::uuid AS of_world_id, 1 + coalesce((
        SELECT max(i.to_number) FROM inherited_chains i
        WHERE i.world_id = $2 AND i.layer = h.layer AND i.shard = h.shard), 0) AS from_number, h.number AS to_number
    FROM head h
  )
  INSERT INTO inherited_chains (world_id, tenant_id, layer, shard, of_world_id, from_number, to_number)
  SELECT $1, $3, layer, shard, of_world_id, from_number, to_number FROM earlier
  UNION ALL
  SELECT $1, $3, layer, shard, of_world_id, from_number, to_number FROM own WHERE from_number <= to_number`

/** Says which commits and manifests of its ancestors the fork's heads come after. */
export const forkChains = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  sourceId: string,
): Promise<void> => {
  await client.query(chainsText, [worldId, sourceId, tenantId])
}
