import type pg from 'pg'
import { type LayerName, layerNames } from '../settings.ts'

export interface OverdueWorld {
  worldId: string
  tenantId: string
  /** All that it has or is to have, finest first. */
  layers: LayerName[]
}

export interface OverduePage {
  worlds: OverdueWorld[]
  /** Where the next page begins; undefined after the last one. */
  next: string | undefined
}

// A window begins after `closed_to`: it is over where the source's watermark has passed its end, or a cut that ends it.
// All that a shard can still have to commit lies in such a window, also what came late.
const overdueText = `
  WITH page AS (
    SELECT t.world_id, t.tenant_id, t.layer AS first, t.watermark, newest.settings
    FROM tick_streams t CROSS JOIN LATERAL (
      SELECT settings FROM ledger_cuts WHERE world_id = t.world_id ORDER BY from_tick DESC LIMIT 1
    ) newest
    WHERE $1::uuid IS NULL OR t.world_id > $1 ORDER BY t.world_id LIMIT $2
  )
  SELECT p.world_id AS "worldId", p.tenant_id AS "tenantId", ARRAY(
    SELECT name FROM jsonb_to_recordset(p.settings->'layers') AS s (name text)
    UNION SELECT layer FROM ledger_layers WHERE world_id = p.world_id UNION SELECT p.first
  ) AS layers, EXISTS (
    SELECT FROM jsonb_to_recordset(p.settings->'layers') AS s (name text)
    WHERE NOT EXISTS (SELECT FROM ledger_layers l WHERE l.world_id = p.world_id AND l.layer = s.name)
  ) OR EXISTS (
    SELECT FROM ledger_layers l
    LEFT JOIN ledger_layers below ON below.world_id = l.world_id AND below.layer = l.source
    LEFT JOIN LATERAL (
      SELECT (s.commit->>'windowTicks')::int8 AS ticks
      FROM ledger_cuts c, jsonb_to_recordset(c.settings->'layers') AS s (name text, commit jsonb)
      WHERE c.world_id = l.world_id AND c.from_tick <= l.closed_to + 1 AND s.name = l.layer
      ORDER BY c.from_tick DESC LIMIT 1
    ) own ON true
    CROSS JOIN LATERAL (
      SELECT CASE WHEN l.source IS NULL THEN p.watermark ELSE greatest(l.fed_to, below.closed_to) END AS watermark
    ) source
    WHERE l.world_id = p.world_id AND NOT l.paused AND (
      below.manifest > l.taken_manifest OR below.closed_to > l.fed_to
      OR l.source IS NULL AND l.manifest > l.plugin_manifest
      OR source.watermark >= ((l.closed_to + 1) / coalesce(own.ticks, 1) + 1) * coalesce(own.ticks, 1) - 1
      OR EXISTS (
        SELECT FROM ledger_cuts c
        WHERE c.world_id = l.world_id AND c.from_tick > l.closed_to + 1 AND c.from_tick <= source.watermark + 1
      )
    )
  ) AS "isOverdue"
  FROM page p ORDER BY p.world_id`

interface WorldRow extends OverdueWorld {
  isOverdue: boolean
}

/** Looks at worlds that have ticks, `limit` of them in the order of their ids, and answers those that have something to do. */
export const readOverdueWorlds = async (
  pool: pg.Pool,
  afterWorldId: string | undefined,
  limit: number,
): Promise<OverduePage> => {
  const { rows } = await pool.query<WorldRow>(overdueText, [afterWorldId ?? null, limit])
  const worlds = rows
    .filter(({ isOverdue }) => isOverdue)
    .map(({ worldId, tenantId, layers }) => ({
      ...{ worldId, tenantId },
      layers: layers.toSorted((a, b) => layerNames.indexOf(a) - layerNames.indexOf(b)),
    }))
  return { worlds, next: rows.length < limit ? undefined : rows.at(-1)!.worldId }
}
