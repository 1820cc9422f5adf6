import { addFact, type Facts, factsOf } from '#sync/facts'
import { type FullStatePointer, type StoredTick, TickFenceLost, type TickStore } from '#sync/tick-store'
import type { WorldEvent } from '#world/event'
import type { Boundary } from './boundary.ts'
import type { Lease } from './lease.ts'
import type { Simulation } from './simulation.ts'
import { slicesOf } from './tick-slices.ts'
import type { TickWriter } from './tick-writer.ts'

/** Keeps tick snapshots of a world, for clients that have missed some. */
export interface TickRecorder {
  /** Right after a tick, which took up these events. */
  onTick(events: readonly WorldEvent[]): void
  /** Where a full state lies. */
  full(checkpoint: FullStatePointer): void
  /** Resolves when what was recorded is stored. */
  flush(): Promise<void>
}

export interface TickRecorderOptions {
  simulation: Simulation
  lease: Lease
  boundary: Boundary
  store: TickStore
  writer: Pick<TickWriter, 'untilDurable'>
  /** What has moved after this tick is known. */
  knownAfter: number
  /** Where the world's settings do not say how much may be stored. */
  bytesPerSecond: number
  /** Whether anybody may ask for what is recorded; what happens meanwhile is not. */
  isWanted: () => boolean
  nowMs: () => number
  now: () => Date
  report: (error: unknown) => void
}

/** What a store charges for at least, be the slice smaller; and for the tick itself. */
const leastSliceBytes = 1_024
const tickBytes = 2_048
/** Bodies of which it is remembered where they were told last. */
const rememberedBodies = 200_000
/** Where more have moved, putting it together would hold up the world: such ticks are not kept. */
const mostBodies = 100_000

const movedBodies = ({ bodies: { count, movedTick } }: Simulation, afterTick: number): number => {
  let moved = 0
  for (let body = 0; body < count; body++) moved += Number(movedTick[body] > afterTick)
  return moved
}

export const createTickRecorder = (options: TickRecorderOptions): TickRecorder => {
  const { simulation, lease, boundary, store, writer, nowMs, now, report } = options
  const { worldId, token } = lease
  let recorded = { tick: options.knownAfter, seq: simulation.seq }
  let facts: Facts = new Map()
  /** Of entities that were put somewhere, or are no more. */
  let told = new Map<string, string>()
  let storing: Promise<void> | undefined
  let credit = 0
  let creditAtMs = nowMs()
  let isLost = false
  let timer: NodeJS.Timeout | undefined

  /** At a tick boundary: what has happened since the last one that was recorded. undefined: nothing. */
  const gather = (): StoredTick | undefined => {
    const { tick, seq } = simulation
    const slices = slicesOf(simulation, facts, told, recorded.tick)
    if (told.size > rememberedBodies) told = new Map()
    if (slices.length === 0) return undefined
    const timestamp = now().toISOString()
    return { tick, firstTick: recorded.tick + 1, afterSeq: recorded.seq, seq, timestamp, slices }
  }

  const put = async (stored: StoredTick): Promise<void> => {
    try {
      await writer.untilDurable(stored.tick)
      await store.put({ worldId, token }, [stored], stored)
    } catch (error) {
      // these ticks are then missing, and the gaps say so
      isLost ||= error instanceof TickFenceLost
      report(error)
    }
  }

  const rate = (): number => simulation.settings.sync.bytesPerSecond ?? options.bytesPerSecond

  const refill = (): void => {
    const bytesPerSecond = rate()
    const atMs = nowMs()
    credit = Math.min(bytesPerSecond, credit + ((atMs - creditAtMs) / 1_000) * bytesPerSecond)
    creditAtMs = atMs
  }

  /** At a tick boundary. */
  const record = (): void => {
    if (isLost || storing !== undefined || simulation.tick <= recorded.tick) return
    refill()
    if (credit < 0) return recordLater((-credit / rate()) * 1_000)
    const isKept = options.isWanted() && movedBodies(simulation, recorded.tick) <= mostBodies
    const stored = isKept ? gather() : undefined
    // ticks in which nothing happened are in the next one that is stored
    if (isKept && stored === undefined) return
    recorded = { tick: simulation.tick, seq: simulation.seq }
    facts = new Map()
    if (stored === undefined) return
    credit -= tickBytes
    for (const { data } of stored.slices) credit -= Math.max(leastSliceBytes, data.length)
    storing = put(stored).finally(() => {
      storing = undefined
      // a world that has come to rest meanwhile makes no more ticks
      if (simulation.tick > recorded.tick) recordLater(0)
    })
  }

  const recordLater = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      boundary.run(record).catch(report)
    }, ms).unref()
  }

  return {
    onTick: (events) => {
      for (const [id, fact] of factsOf(events)) addFact(facts, id, fact)
      record()
    },
    full: (checkpoint) => {
      if (options.isWanted()) store.putFull({ worldId, token }, checkpoint).catch(report)
    },
    flush: async () => {
      clearTimeout(timer)
      await storing
      credit = Math.max(0, credit)
      await boundary.run(record)
      await storing
    },
  }
}
