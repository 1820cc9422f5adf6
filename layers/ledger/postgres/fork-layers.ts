import type pg from 'pg'
import type { WorldKey } from './append-segment.ts'
import type { LedgerMoment } from './fork-ledger.ts'
import { laterCommits } from './later-commits.ts'
import { manifestsOf } from './of-ledger.ts'

// A manifest is later where its window has a later commit; so are all that follow it. What a layer had not committed of
// the layer below is handed to it once more: the fork's shards know which of it is used up.
const layersText = `
  WITH ${laterCommits}, past AS (
    SELECT l.layer, l.source, coalesce(m.manifest - 1, l.manifest) AS manifest,
      coalesce(m.previous_hash, l.hash) AS hash, least(l.closed_to, m.epoch_start - 1, $5::int8) AS closed_to
    FROM ledger_layers l
    LEFT JOIN LATERAL (
      SELECT manifest, previous_hash, epoch_start FROM manifests
      WHERE world_id = l.world_id AND layer = l.layer AND epoch_end >= (
        SELECT min(window_end) FROM later WHERE layer = l.layer)
      ORDER BY epoch_end LIMIT 1
    ) m ON true
    WHERE l.world_id = $1
  )
  INSERT INTO ledger_layers (world_id, tenant_id, layer, source, closed_to, manifest, hash, taken_manifest, fed_to,
    plugin_manifest)
  SELECT $3::uuid, $4, t.layer, t.source, t.closed_to, t.manifest, t.hash, coalesce((
      SELECT max(m.manifest) FROM manifests m
      WHERE m.layer = t.source AND m.epoch_end <= t.closed_to AND m.manifest <= b.manifest AND ${manifestsOf('$1')}
    ), 0), coalesce(least(t.closed_to, b.closed_to), 0), t.manifest
  FROM past t LEFT JOIN past b ON b.layer = t.source`

/** Gives the fork its layers as they were. @param epoch as of `worlds.fork_epoch`. */
export const forkLayers = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  source: LedgerMoment,
  epoch: number,
): Promise<void> => {
  await client.query(layersText, [source.worldId, source.atSeq, worldId, tenantId, epoch])
}
