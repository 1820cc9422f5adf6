import type pg from 'pg'
import { appendSegment, cutWhereChanged, hasSegment, lockTickStream } from '#ledger/postgres/append-segment'
import type { LedgerSettings } from '#ledger/settings'
import { ringShards } from '#ledger/shard-bell'
import { encodeSegment, type Segment } from '#ledger/tick-segment'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import type { Gate } from './gate.ts'
import { checkFence } from './lease.ts'
import { retrying } from './retry.ts'
import { createSegmentBuffer } from './segment-buffer.ts'
import type { SinkWorld, TickBatch, TickSink, TickSinks } from './tick-sink.ts'

export interface LedgerSinkContext {
  pool: pg.Pool
  gate: Gate
  objects: ObjectStore
  /** Of bells for the ledger's engines. */
  queue: Queue
  /** A segment is stored so long after its first tick at the latest, while ticks come. */
  segmentMs: number
}

/** A segment is stored as soon as it has so many ticks of entities: about 4 MB. */
const segmentTicks = 200_000

/** Keeps the ticks of the worlds of this process for the ledger. */
export const createLedgerSinks = (context: LedgerSinkContext): TickSinks => ({
  open: (world) => createLedgerSink(context, world),
  storedTo: async (worldId) => {
    const text = 'SELECT watermark FROM tick_streams WHERE world_id = $1'
    return (await context.pool.query<{ watermark: number }>(text, [worldId])).rows[0]?.watermark ?? 0
  },
})

/**
 * Gathers the ticks of about a second into a segment, stores it as an object, then says in one fenced transaction that
 * it is there, and rings for the shards that are in it. One segment is on its way while the next one is gathered.
 */
const createLedgerSink = (context: LedgerSinkContext, { lease, retry, fail }: SinkWorld): TickSink => {
  const buffer = createSegmentBuffer(lease.worldId)
  let settings: LedgerSettings | undefined
  let storing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const store = async (segment: Segment, of: LedgerSettings): Promise<void> => {
    const { bytes, parts } = await encodeSegment(segment, retry.signal)
    const key = `ticks/${lease.worldId}/${String(segment.fromTick).padStart(15, '0')}-${lease.token}.ots`
    await retrying(() => context.objects.put(key, bytes), retry)
    const { fromTick, toTick } = segment
    const found = { fromTick, toTick, watermark: toTick, key, bytes: bytes.length, parts }
    const layer = await retrying(() => context.gate.pass(() => append(found, of)), retry)
    if (layer === undefined) return
    if (layer === 'behind') {
      retry.report(new TicksBehind(lease.worldId, fromTick, toTick))
      return retrying(() => context.objects.delete(key), retry)
    }
    const works = parts.map(({ shard }) => ({
      ...{ worldId: lease.worldId, tenantId: lease.tenantId, layer, shard },
    }))
    // the next segment rings again, and the sweep does: the engines read what there is
    await ringShards(context.queue, works, `segment ${fromTick}`).catch(retry.report)
  }

  const append = (found: Parameters<typeof appendSegment>[3], of: LedgerSettings) =>
    inTransaction(context.pool, async (client) => {
      await checkFence(client, lease)
      const stream = await lockTickStream(client, lease, of.layers[0]!.name)
      if (stream.watermark >= found.toTick) {
        // its commit had come through though its answer had not; or another producer was there before
        if (!(await hasSegment(client, lease.worldId, found.key))) return 'behind'
        return stream.layer
      }
      await cutWhereChanged(client, lease, stream, of, { tick: found.fromTick })
      await appendSegment(client, lease, stream, found)
      return stream.layer
    })

  /** Sends off what was gathered, behind what is on its way. */
  const send = (): void => {
    clearTimeout(timer)
    timer = undefined
    const segment = buffer.take()
    if (segment === undefined) return
    const of = settings!
    storing = storing.then(() => store(segment, of))
    storing.catch(fail)
  }

  const add = (batch: TickBatch): void => {
    if (settings !== undefined && batch.settings !== settings && !isSame(batch.settings, settings)) send()
    settings = batch.settings
    buffer.add(batch)
    timer ??= setTimeout(send, context.segmentMs).unref()
  }

  retry.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  return {
    publish: async (batch) => {
      add(batch)
      if (buffer.ticks() < segmentTicks) return
      const before = storing
      send()
      await before
    },
    flush: async () => {
      send()
      await storing
    },
  }
}

/** A world whose ticks somebody else brought for some time takes those of the physics again where the others ended. */
class TicksBehind extends Error {
  constructor(worldId: string, fromTick: number, toTick: number) {
    super(
      `ticks ${fromTick} to ${toTick} of world ${worldId} are behind what another producer brought, and are not committed`,
    )
  }
}

const isSame = (a: LedgerSettings, b: LedgerSettings): boolean => JSON.stringify(a) === JSON.stringify(b)
