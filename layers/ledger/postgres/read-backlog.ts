import type pg from 'pg'
import type { LayerSettings } from '../settings.ts'

// What an input brings late counts in the span after the watermark that it found. One that is spilled was added up, and
// seen_input moves with commits alone: what is due by a whole window has its commit once an engine has come by.
const backlogText = `
  SELECT count(*) AS inputs FROM (
    SELECT FROM tick_streams t
    JOIN ledger_shards s ON s.world_id = t.world_id AND s.layer = t.layer
    JOIN ledger_inputs i ON i.world_id = s.world_id AND i.layer = s.layer AND i.shard = s.shard
      AND i.input > greatest(s.seen_input, coalesce(s.spill_input, 0))
    WHERE t.world_id = $1 AND greatest(i.to_tick, i.watermark_before + 1) <= t.watermark - $2
    LIMIT $3
  ) u`

/**
 * Inputs of the layer that takes a world's ticks which engines should have committed, counted up to `limit`: their
 * windows lie behind the watermark. None where the engines keep up, whatever is open.
 */
export const readBacklog = async (
  client: pg.ClientBase,
  worldId: string,
  { commit: { windowTicks } }: LayerSettings,
  limit: number,
): Promise<number> => {
  const { rows } = await client.query<{ inputs: number }>(backlogText, [worldId, windowTicks, limit])
  return rows[0]!.inputs
}
