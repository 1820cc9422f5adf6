import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'

const text = `
  SELECT l.layer, max(greatest(0, CASE WHEN l.source IS NULL THEN t.watermark ELSE b.closed_to END - l.closed_to
    - coalesce(p.window_ticks, 0)))::int8 AS lag
  FROM ledger_layers l
  LEFT JOIN tick_streams t ON t.world_id = l.world_id
  LEFT JOIN ledger_layers b ON b.world_id = l.world_id AND b.layer = l.source
  LEFT JOIN LATERAL (
    SELECT (s.commit->>'windowTicks')::int8 AS window_ticks
    FROM ledger_cuts c, jsonb_to_recordset(c.settings->'layers') AS s (name text, commit jsonb)
    WHERE c.world_id = l.world_id AND s.name = l.layer ORDER BY c.from_tick DESC LIMIT 1
  ) p ON true
  GROUP BY l.layer`

/**
 * For each layer the ticks by which it is behind its source, the worst of all worlds: those beyond the window that may
 * be open. A layer that is paused, or that fails for ever, falls behind like any other.
 */
export const readLag = async (pool: pg.Pool): Promise<{ layer: LayerName; lag: number }[]> =>
  (await pool.query<{ layer: LayerName; lag: number }>(prepared(text, []))).rows
