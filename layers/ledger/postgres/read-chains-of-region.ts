import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { exponentOf } from '../cells.ts'
import { everything, isInside, regionAbove } from '../place.ts'
import type { LayerName } from '../settings.ts'

export interface Chain {
  /** The last commit that is, or was once, in the archive, and where an archived one ends at last; 0: none. */
  archivedNumber: number
  archivedEpoch: number
}

const chainsText = `
  WITH RECURSIVE chains AS (
    (SELECT shard FROM commits WHERE world_id = $1 AND layer = $2 ORDER BY shard LIMIT 1)
    UNION ALL
    SELECT (SELECT k.shard FROM commits k WHERE k.world_id = $1 AND k.layer = $2 AND k.shard > c.shard
      ORDER BY k.shard LIMIT 1)
    FROM chains c WHERE c.shard IS NOT NULL
  )
  SELECT c.shard, coalesce(max(a.to_number), 0) AS "archivedNumber", coalesce(max(a.epoch_end), 0) AS "archivedEpoch"
  FROM chains c LEFT JOIN ledger_archives a ON a.world_id = $1 AND a.layer = $2 AND a.shard = c.shard
  WHERE c.shard IS NOT NULL GROUP BY c.shard`

/** Chains of a layer that have to do with a region, by their shards. */
export const readChains = async (
  client: pg.ClientBase,
  { worldId, layer, region }: { worldId: string; layer: LayerName; region: string },
): Promise<Map<string, Chain>> => {
  const { rows } = await client.query<Chain & { shard: string }>(prepared(chainsText, [worldId, layer]))
  return new Map(
    rows
      .filter(({ shard }) => isInside(shard, region) || isInside(region, shard))
      .map(({ shard, ...chain }) => [shard, chain]),
  )
}

/** The only one of some shards that a cell lies in; undefined where it is not one. */
export const onlyChain = (shards: readonly string[]): ((region: string) => string | undefined) => {
  const known = new Set(shards)
  const sizes = [...new Set(shards.map((shard) => (shard === everything ? shard : exponentOf(shard))))]
  return (region) => {
    const own = sizes
      .filter((size) => size === everything || (region !== everything && size >= exponentOf(region)))
      .map((size) => regionAbove(region, size))
      .filter((shard) => known.has(shard))
    return own.length === 1 ? own[0] : undefined
  }
}
