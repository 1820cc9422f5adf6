import type pg from 'pg'
import { noHash } from '../commit.ts'
import type { LayerName, LedgerSettings } from '../settings.ts'
import { windowAt } from '../windows.ts'
import { readCuts } from './read-inputs.ts'
import { readWaitingShards } from './windows.ts'

export interface LayerStatus {
  layer: LayerName
  /** The layer whose commits it takes; null: ticks, or nothing yet. */
  source: LayerName | null
  /** Every window up to this tick has all its commits. */
  closedTo: number
  /** The last manifest; 0: none yet. */
  manifest: number
  /** Hex, of the last manifest. */
  hash: string
  paused: boolean
  shards: {
    count: number
    /** Of these with something that is not committed yet. */
    open: number
    /** Of these with something that the watermark of their source says is due. */
    behind: number
  }
}

export interface LedgerStatus {
  /** null: nobody has brought a tick yet. */
  stream: { layer: LayerName; segment: number; watermark: number } | null
  /** Raw ticks that are kept. */
  ticks: { segments: number; bytes: number; ticks: number; fromTick: number | null; toTick: number | null }
  /** Finest first. */
  layers: LayerStatus[]
}

const layersText = `
  SELECT l.layer, l.source, l.closed_to AS "closedTo", l.manifest, encode(l.hash, 'hex') AS hash, l.paused,
    l.fed_to AS "fedTo",
    (SELECT count(*) FROM ledger_shards s WHERE s.world_id = l.world_id AND s.layer = l.layer) AS count
  FROM ledger_layers l WHERE l.world_id = $1`

interface LayerRow extends Omit<LayerStatus, 'shards'> {
  fedTo: number
  count: number
}

const streamText = 'SELECT layer, segment, watermark FROM tick_streams WHERE world_id = $1'

const ticksText = `
  SELECT count(*) AS segments, coalesce(sum(bytes), 0)::int8 AS bytes, coalesce(sum(ticks), 0)::int8 AS ticks,
    min(from_tick) AS "fromTick", max(to_tick) AS "toTick"
  FROM tick_segments WHERE world_id = $1`

/** How far a world's ledger has come. The client's transaction should see one state of the database. */
export const readLedgerStatus = async (
  client: pg.ClientBase,
  worldId: string,
  { layers: wanted }: LedgerSettings,
  order: readonly LayerName[],
): Promise<LedgerStatus> => {
  const stream =
    (await client.query<NonNullable<LedgerStatus['stream']>>(streamText, [worldId])).rows[0] ?? null
  const ticks = (await client.query<LedgerStatus['ticks']>(ticksText, [worldId])).rows[0]!
  const rows = (await client.query<LayerRow>(layersText, [worldId])).rows
  const cuts = await readCuts(client, worldId)
  const layers: LayerStatus[] = []
  for (const layer of order) {
    const row = rows.find((one) => one.layer === layer)
    if (row === undefined) {
      if (wanted.some(({ name }) => name === layer)) layers.push(notBegun(layer))
      continue
    }
    const { fedTo, count, ...rest } = row
    const watermark = row.source === null ? (stream?.watermark ?? 0) : fedTo
    const waiting = await readWaitingShards(client, worldId, layer)
    const behind = waiting.filter(({ tick }) => windowAt(cuts, layer, tick).end <= watermark).length
    layers.push({ ...rest, shards: { count, open: waiting.length, behind } })
  }
  return { stream, ticks, layers }
}

const notBegun = (layer: LayerName): LayerStatus => ({
  ...{ layer, source: null, closedTo: 0, manifest: 0, hash: noHash, paused: false },
  shards: { count: 0, open: 0, behind: 0 },
})
