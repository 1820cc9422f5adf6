import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { partsOfTicks } from './parts-of-ticks.ts'
import {
  appendSegment,
  cutWhereChanged,
  lockTickStream,
  raiseWatermark,
  type TickStream,
  type WorldKey,
} from './postgres/append-segment.ts'
import { storeEntityStates, takeNewTicks } from './postgres/entity-ticks.ts'
import { readBacklog } from './postgres/read-backlog.ts'
import type { LayerName, LedgerSettings } from './settings.ts'
import type { EntityTick } from './tick-rows.ts'
import { encodeSegment, type SegmentPart } from './tick-segment.ts'

/** Ticks that an external service made; within one transaction of the caller. */
export interface PostTicks {
  client: pg.ClientBase
  objects: ObjectStore
  world: WorldKey
  /** The world's settings as they are now; asked again once the stream is locked. */
  readSettings: () => Promise<LedgerSettings>
  ticks: readonly EntityTick[]
  /** Every tick up to it has been brought. undefined: up to the highest of `ticks`, but for the settings' lateness. */
  watermark: number | undefined
  /** W3C traceparent of the request. */
  traceparent: string
  /** Of cuts, where other settings hold from here on. */
  cause: object
}

export interface PostedTicks {
  taken: number
  /** Of entities and ticks that were brought before, with whatever content. */
  duplicates: number
  /** So old that nobody knows any more whether they were brought before. */
  expired: number
  /** Of the stream, after it. */
  watermark: number
  /** That takes them. */
  layer: LayerName
  /** The shards that have something new; none: only the watermark may have moved. */
  shards: string[]
}

/** Why nothing was taken: the transaction is to be rolled back. */
export class TicksRefused extends Error {
  readonly code: 'other-producer' | 'no-layers' | 'too-far' | 'backlog' | 'store-away'

  constructor(code: TicksRefused['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/**
 * Takes the ticks that are new: notes them, stores their segment as an object, and then says that it is there. The
 * stream is locked meanwhile, so that batches of one world follow one another.
 *
 * @throws TicksRefused
 */
export const postTicks = async (request: PostTicks): Promise<PostedTicks> => {
  const { client, world, ticks } = request
  const before = await settingsOf(request)
  await checkBacklog(client, world, before)
  const stream = await lockTickStream(client, world, before.layers[0]!.name)
  // they may have changed while another batch had the lock
  const settings = await settingsOf(request)
  checkReach(request, stream)
  const inTime = ticks.filter(({ tickId }) => tickId > stream.prunedTo)
  const taken = await takeNewTicks(client, world, stream.segment + 1, inTime)
  const watermark = Math.max(stream.watermark, watermarkOf(request, settings))
  const counts = {
    taken: taken.length,
    duplicates: inTime.length - taken.length,
    expired: ticks.length - inTime.length,
  }
  const answer = { ...counts, watermark, layer: stream.layer }
  if (taken.length === 0) {
    if (watermark > stream.watermark) await raiseWatermark(client, world.worldId, watermark)
    return { ...answer, shards: [] }
  }
  await storeEntityStates(client, world, taken)
  const parts = await append(request, stream, settings, taken, watermark)
  return { ...answer, shards: parts.map(({ shard }) => shard) }
}

/** Nothing ever lowers a watermark: a slip of the pen must not put all that follows behind it. */
const maxAhead = 10_000_000

const checkReach = ({ ticks, watermark = 0 }: PostTicks, { watermark: before }: TickStream): void => {
  const last = ticks.reduce((most, { tickId }) => Math.max(most, tickId), watermark)
  if (before > 0 && last > before + maxAhead)
    throw new TicksRefused(
      'too-far',
      `must be at most ${before + maxAhead}, and so must each tickId: ${maxAhead} ticks after that of the world, ${before}`,
    )
}

const settingsOf = async ({ readSettings }: PostTicks): Promise<LedgerSettings> => {
  const settings = await readSettings()
  if (settings.producer !== 'external')
    throw new TicksRefused(
      'other-producer',
      `ticks of this world are not posted: its setting ledger.producer is ${settings.producer}`,
    )
  if (settings.layers.length === 0)
    throw new TicksRefused('no-layers', 'nothing would take them: its setting ledger.layers is empty')
  return settings
}

/** Engines that keep up owe nothing that is due; how far a busy one may lag is a setting. */
const checkBacklog = async (
  client: pg.ClientBase,
  { worldId }: WorldKey,
  { layers, backlogInputs }: LedgerSettings,
): Promise<void> => {
  const backlog = await readBacklog(client, worldId, layers[0]!, backlogInputs)
  if (backlog >= backlogInputs)
    throw new TicksRefused('backlog', `${backlogInputs} inputs or more wait for the ledger's engines`)
}

const watermarkOf = ({ ticks, watermark }: PostTicks, { latenessTicks }: LedgerSettings): number =>
  watermark ?? ticks.reduce((last, { tickId }) => Math.max(last, tickId), 0) - latenessTicks

const append = async (
  { client, objects, world, traceparent, cause }: PostTicks,
  stream: TickStream,
  settings: LedgerSettings,
  ticks: readonly EntityTick[],
  watermark: number,
): Promise<SegmentPart[]> => {
  const { worldId } = world
  const numbers = ticks.map(({ tickId }) => tickId)
  const [fromTick, toTick] = [Math.min(...numbers), Math.max(...numbers)]
  // which bodies of a tick come together is the client's choice, and must not say where they are counted
  const rows = partsOfTicks(ticks, { ...settings, hotShardBodies: Number.POSITIVE_INFINITY })
  const encoded = await encodeSegment({ worldId, fromTick, toTick, parts: rows, traces: [traceparent] })
  // a put that was given up may still take effect: its key must not be that of another try
  const key = `ticks/${worldId}/${String(stream.segment + 1).padStart(15, '0')}-${randomUUID()}.ots`
  await objects.put(key, encoded.bytes).catch((error: unknown) => {
    throw new TicksRefused('store-away', 'the object store does not take the ticks', error)
  })
  await cutWhereChanged(client, world, stream, settings, cause)
  const { bytes, parts } = encoded
  await appendSegment(client, world, stream, {
    ...{ fromTick, toTick, watermark, key, bytes: bytes.length, parts },
  })
  return parts
}
