import type pg from 'pg'
import type { WorldKey } from './postgres/append-segment.ts'
import { readStream } from './postgres/read-inputs.ts'
import { readWaitingShards } from './postgres/windows.ts'
import { type LayerName, layerNames } from './settings.ts'
import type { ShardWork } from './shard-bell.ts'

/**
 * Shards of a world with something that is not committed yet, of one layer or of all. Where there is none, one shard of
 * the first layer, since an engine that finds nothing to add up still ends windows.
 */
export const readDueShards = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  layers: readonly LayerName[] = layerNames,
): Promise<ShardWork[]> => {
  const works: ShardWork[] = []
  for (const layer of layers)
    for (const { shard } of await readWaitingShards(client, worldId, layer))
      works.push({ worldId, tenantId, layer, shard })
  const first = await readStream(client, worldId)
  if (works.length > 0 || first === undefined) return works
  const text = 'SELECT shard FROM ledger_shards WHERE world_id = $1 AND layer = $2 ORDER BY shard LIMIT 1'
  const { rows } = await client.query<{ shard: string }>(text, [worldId, first.layer])
  return rows.map(({ shard }) => ({ worldId, tenantId, layer: first.layer, shard }))
}
