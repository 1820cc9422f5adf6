import { forgetSegments, markPruned } from '#ledger/postgres/housekeeping'
import { decodePart, partsOfSegment } from '#ledger/tick-segment'
import { findId } from '#platform/arrays/id-table'
import type { RetentionContext } from '../archive.ts'
import { NotYet } from './not-yet.ts'

interface SegmentRow {
  segment: number
  toTick: number
  key: string
  committed: boolean
}

// as in layers/ledger/postgres/housekeeping.ts
const segmentsText = `
  SELECT s.segment, s.to_tick AS "toTick", s.key, s.to_tick <= l.closed_to AND NOT EXISTS (
    SELECT FROM ledger_inputs i JOIN ledger_shards h ON h.world_id = i.world_id AND h.layer = i.layer AND h.shard = i.shard
    WHERE i.world_id = $1 AND i.layer = t.layer AND i.input = s.segment AND h.from_input <= i.input) AS committed
  FROM tick_segments s JOIN tick_streams t USING (world_id)
  JOIN ledger_layers l ON l.world_id = t.world_id AND l.layer = t.layer
  WHERE s.world_id = $1 AND s.segment > $2 ORDER BY s.segment LIMIT 200`

/**
 * Deletes the raw ticks of all segments that have one of the entity: commits that were made of them still verify by their
 * hashes, and cannot be computed again. Answers how many.
 *
 * @throws NotYet where some are not committed yet
 */
export const eraseTicks = async (
  { pool, objects }: RetentionContext,
  worldId: string,
  entityId: string,
): Promise<number> => {
  let erased = 0
  for (let after = 0; ; ) {
    const { rows } = await pool.query<SegmentRow>(segmentsText, [worldId, after])
    for (const { segment, toTick, key, committed } of rows) {
      after = segment
      const bytes = await objects.get(key)
      if (bytes === undefined || !(await hasTickOf(bytes, worldId, entityId))) continue
      if (!committed) throw new NotYet(`segment ${segment} of ticks is not committed`)
      await markPruned(pool, worldId, toTick)
      await objects.delete(key)
      await forgetSegments(pool, worldId, [segment])
      erased++
    }
    if (rows.length < 200) return erased
  }
}

const hasTickOf = async (bytes: Buffer, worldId: string, entityId: string): Promise<boolean> => {
  for (const { shard, startByte, byteLength } of partsOfSegment(bytes)) {
    const part = await decodePart(bytes.subarray(startByte, startByte + byteLength), { worldId, shard })
    if (findId(part.rows.ids, entityId) !== -1) return true
  }
  return false
}
