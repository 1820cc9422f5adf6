import type pg from 'pg'
import { type LayerName, ledgerSettings } from '../settings.ts'
import type { ShardWork } from '../shard-bell.ts'
import type { Cut } from '../windows.ts'
import type { TickStream } from './append-segment.ts'

/** An input of a shard, by where its content lies. */
export interface InputRow {
  number: number
  fromTick: number
  toTick: number
  watermarkBefore: number
  /** Of a segment's object; null: a manifest of the layer's source. */
  key: string | null
  startByte: number
  byteLength: number
  /** When it was there to be taken; milliseconds since 1970. */
  readyAtMs: number
}

export interface ShardInputs {
  inputs: InputRow[]
  /** There are more than these. */
  hasMore: boolean
  /** Of the source: all ticks up to it are in inputs. */
  watermark: number
  cuts: Cut[]
  /** The layer whose commits it takes; null: ticks. */
  source: LayerName | null
  paused: boolean
}

const layerText = `
  SELECT l.paused, l.source, coalesce(CASE WHEN l.source IS NULL THEN t.watermark ELSE l.fed_to END, 0) AS watermark
  FROM (SELECT $1::uuid AS world_id, $2::text AS layer) k
  LEFT JOIN ledger_layers l USING (world_id, layer)
  LEFT JOIN tick_streams t ON t.world_id = k.world_id`

const cutsText = `
  SELECT from_tick, after_segment, settings FROM ledger_cuts WHERE world_id = $1 ORDER BY from_tick`

const inputsText = `
  SELECT input AS number, from_tick AS "fromTick", to_tick AS "toTick", watermark_before AS "watermarkBefore", key,
    start_byte AS "startByte", byte_length AS "byteLength", extract(epoch FROM created_at)::float8 * 1000 AS "readyAtMs"
  FROM ledger_inputs WHERE world_id = $1 AND layer = $2 AND shard = $3 AND input > $4 ORDER BY input LIMIT $5`

/**
 * What a shard has to take after an input, and by which settings. The client's transaction shows one state of the
 * database: a watermark without the cuts before it would end spans wrongly.
 */
export const readInputs = async (
  client: pg.ClientBase,
  { worldId, layer, shard }: ShardWork,
  afterInput: number,
  limit: number,
): Promise<ShardInputs> => {
  const { rows: layers } = await client.query<{
    paused: boolean | null
    source: LayerName | null
    watermark: number
  }>(layerText, [worldId, layer])
  const cuts = await readCuts(client, worldId)
  const { rows } = await client.query<InputRow>(inputsText, [worldId, layer, shard, afterInput, limit + 1])
  const { paused, source, watermark } = layers[0]!
  return {
    ...{ inputs: rows.slice(0, limit), hasMore: rows.length > limit, watermark, cuts, source },
    paused: paused ?? false,
  }
}

export const readCuts = async (client: pg.ClientBase | pg.Pool, worldId: string): Promise<Cut[]> => {
  const { rows } = await client.query<{ from_tick: number; after_segment: number; settings: unknown }>(
    cutsText,
    [worldId],
  )
  return rows.map(({ from_tick, after_segment, settings }) => ({
    ...{ fromTick: from_tick, afterSegment: after_segment },
    settings: ledgerSettings.parse(settings),
  }))
}

/** Which layer takes the ticks of a world, and how far they reach; undefined where there were none yet. */
export const readStream = async (client: pg.ClientBase, worldId: string): Promise<TickStream | undefined> => {
  const text = 'SELECT layer, segment, watermark FROM tick_streams WHERE world_id = $1'
  return (await client.query<TickStream>(text, [worldId])).rows[0]
}
