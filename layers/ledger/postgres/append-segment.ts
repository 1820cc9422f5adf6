import type pg from 'pg'
import { int8Array, textArray } from '#platform/postgres/binary-array'
import type { LayerName, LedgerSettings } from '../settings.ts'
import type { SegmentPart } from '../tick-segment.ts'

export interface WorldKey {
  worldId: string
  tenantId: string
}

/** How far a world's producer of ticks has come. */
export interface TickStream {
  /** The layer that takes the ticks: the finest of the settings that held at the first one, for ever. */
  layer: LayerName
  /** The last segment; 0: none. */
  segment: number
  watermark: number
  /** Which entities had a tick up to this one is forgotten. */
  prunedTo: number
}

const openText = `
  INSERT INTO tick_streams (world_id, tenant_id, layer) VALUES ($1, $2, $3)
  ON CONFLICT (world_id) DO UPDATE SET segment = tick_streams.segment 
  RETURNING layer, segment, watermark, pruned_to AS "prunedTo"`

/** The stream, locked until the transaction ends; made where it is missing. @param finest the settings' first layer. */
export const lockTickStream = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  finest: LayerName,
): Promise<TickStream> => {
  const { rows } = await client.query<TickStream>(openText, [worldId, tenantId, finest])
  return rows[0]!
}

export interface NewSegment {
  fromTick: number
  toTick: number
  watermark: number
  /** The object, which is stored already. */
  key: string
  bytes: number
  parts: readonly SegmentPart[]
}

const insertSegmentText = `
  WITH segment AS (
    INSERT INTO tick_segments (world_id, segment, tenant_id, from_tick, to_tick, watermark, key, bytes, ticks)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ), stream AS (
    UPDATE tick_streams SET segment = $2, watermark = $6 WHERE world_id = $1
  ), part AS (
    SELECT * FROM unnest($12::text[], $13::int8[], $14::int8[], $15::int8[], $16::int8[])
      AS u (shard, from_tick, to_tick, start_byte, byte_length)
  ), shards AS (
    INSERT INTO ledger_shards (world_id, layer, shard, tenant_id) SELECT $1, $10, shard, $3 FROM part
    ON CONFLICT DO NOTHING
  )
  INSERT INTO ledger_inputs (world_id, layer, shard, input, tenant_id, from_tick, to_tick, watermark_before, key,
    start_byte, byte_length)
  SELECT $1, $10, shard, $2, $3, from_tick, to_tick, $11, $7, start_byte, byte_length FROM part`

/**
 * Appends the segment after `stream.segment` and what each shard has of it; answers its number. The caller holds
 * the lock of `lockTickStream`, and has stored the object.
 */
export const appendSegment = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  stream: TickStream,
  segment: NewSegment,
): Promise<number> => {
  const { fromTick, toTick, watermark, key, bytes, parts } = segment
  const number = stream.segment + 1
  const ticks = parts.reduce((sum, part) => sum + part.ticks, 0)
  await client.query(insertSegmentText, [
    ...[
      worldId,
      number,
      tenantId,
      fromTick,
      toTick,
      Math.max(watermark, stream.watermark),
      key,
      bytes,
      ticks,
    ],
    ...[stream.layer, stream.watermark],
    textArray(parts.map(({ shard }) => shard)),
    int8Array(parts.map((part) => part.fromTick)),
    int8Array(parts.map((part) => part.toTick)),
    int8Array(parts.map(({ startByte }) => startByte)),
    int8Array(parts.map(({ byteLength }) => byteLength)),
  ])
  return number
}

/** Says that all ticks up to it are in segments. The caller holds the lock of `lockTickStream`. */
export const raiseWatermark = async (
  client: pg.ClientBase,
  worldId: string,
  watermark: number,
): Promise<void> => {
  await client.query('UPDATE tick_streams SET watermark = $2 WHERE world_id = $1', [worldId, watermark])
}

// a cut that is there already holds for segments that came after it: the next one begins a tick later
/** Whether a segment's object is named. */
export const hasSegment = async (client: pg.ClientBase, worldId: string, key: string): Promise<boolean> => {
  const text = 'SELECT FROM tick_segments WHERE world_id = $1 AND key = $2'
  return (await client.query(text, [worldId, key])).rowCount !== 0
}

const cutText = `
  WITH last AS (
    SELECT from_tick, after_segment, settings FROM ledger_cuts WHERE world_id = $1 ORDER BY from_tick DESC LIMIT 1
  )
  INSERT INTO ledger_cuts (world_id, from_tick, after_segment, tenant_id, settings, cause)
  SELECT $1, greatest($2, (SELECT from_tick + (after_segment < $6)::int FROM last)), $6, $3, $4, $5
  WHERE $4::jsonb IS DISTINCT FROM (SELECT settings FROM last)
  ON CONFLICT (world_id, from_tick) DO UPDATE SET settings = excluded.settings, cause = excluded.cause`

/**
 * Says that these settings hold after the stream's watermark, where others held before. The caller holds the lock of
 * `lockTickStream`, and appends the ticks to which they apply afterwards.
 */
export const cutWhereChanged = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  { watermark, segment }: TickStream,
  settings: LedgerSettings,
  cause: object,
): Promise<void> => {
  await client.query(cutText, [
    ...[worldId, watermark + 1, tenantId, JSON.stringify(settings), JSON.stringify(cause), segment],
  ])
}

const forceText = `
  INSERT INTO ledger_cuts (world_id, from_tick, after_segment, tenant_id, settings, cause)
  SELECT world_id, $2, $4, tenant_id, settings, $3 FROM ledger_cuts
  WHERE world_id = $1 AND from_tick <= $2 ORDER BY from_tick DESC LIMIT 1
  ON CONFLICT DO NOTHING`

/** Ends all spans with the stream's watermark. The caller holds the lock of `lockTickStream`. */
export const cutNow = async (
  client: pg.ClientBase,
  worldId: string,
  { watermark, segment }: TickStream,
  cause: object,
): Promise<void> => {
  await client.query(forceText, [worldId, watermark + 1, JSON.stringify(cause), segment])
}
