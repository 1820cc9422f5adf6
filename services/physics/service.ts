import { randomUUID } from 'node:crypto'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { PhysicsConfig } from './config.ts'
import { openPools, openQueues, type PhysicsQueues } from './connections.ts'
import { createGate } from './gate.ts'
import { createHoldings, type Holdings } from './holdings.ts'
import { startHttp } from './http.ts'
import { every, within } from './loops.ts'
import { receiveBatches } from './receive.ts'
import { createSlotKeeper, type SlotKeeper } from './slot-keeper.ts'
import { countingSink, type TickSink } from './tick-sink.ts'

/** Parts that a caller may bring; the others are made from the configuration. */
export interface PhysicsDeps {
  log: (line: string) => void
  /** Default: counts. */
  sink?: TickSink
  /** Default: files in the configured folder. */
  objects?: ObjectStore
  /** Ends a start that waits for a slot. */
  signal?: AbortSignal
}

export interface PhysicsService {
  /** http://host:port */
  address: string
  /** This start of the process, as leases name it. */
  holder: string
  slot(): number
  /** Finishes ticks, writes and checkpoints everything, releases leases and slot: within 19 s, also where the database is away. */
  stop(): Promise<void>
}

const stopWithinMs = 15_000
/** A renewal that failed is tried again so soon. */
const renewAgainMs = 250

/**
 * Starts the service: opens its port, waits for a free slot, then holds worlds until `stop`.
 *
 * @throws what the signal was aborted with, and where the port cannot be opened.
 */
export const startPhysics = async (config: PhysicsConfig, deps: PhysicsDeps): Promise<PhysicsService> => {
  const { log, sink = countingSink() } = deps
  const holder = randomUUID()
  const pools = openPools(config)
  const queues = openQueues(config)
  const { leaseTtlMs: ttlMs, slotQueueUrls } = config
  const slot = createSlotKeeper({ pool: pools.control, holder, count: slotQueueUrls.length, ttlMs, log })
  let holdings: Holdings | undefined
  const close = async (): Promise<void> => {
    await within(1_000, pools.end()).catch(reporter(log, 'connections'))
    queues.end()
  }
  try {
    const http = await startHttp(
      config,
      {
        find: (worldId) => holdings?.find(worldId),
        health: () => ({ status: 'ok', slot: slot.current(), worlds: holdings?.count() ?? 0 }),
      },
      log,
    )
    try {
      await slot.claim(deps.signal ?? new AbortController().signal)
    } catch (error) {
      await http.stop()
      throw error
    }
    holdings = createHoldings({
      ...{ control: pools.control, loading: pools.loading, idleReleaseMs: config.idleReleaseMs },
      holder: () => ({ id: holder, slot: slot.current(), address: http.url, ttlMs }),
      world: {
        ...{ pool: pools.data, writePool: pools.write, sink, gate: createGate(), options: config, log },
        objects: deps.objects ?? filesystemObjectStore(config.objectStoreDir),
        nowMs: () => performance.now(),
      },
    })
    const stopWork = work({ config, log, holdings, slot, queues })
    let stopped: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      await stopWork()
      await within(1_000, slot.release()).catch(reporter(log, 'slot'))
      await http.stop()
      await close()
    }
    return { address: http.url, holder, slot: slot.current, stop: () => (stopped ??= stop()) }
  } catch (error) {
    await close()
    throw error
  }
}

const reporter = (log: (line: string) => void, what: string) => (error: unknown) =>
  log(`${what}: ${(error as Error).message}`)

interface Work {
  config: PhysicsConfig
  log: (line: string) => void
  holdings: Holdings
  slot: SlotKeeper
  queues: PhysicsQueues
}

/** Receives, renews and looks for worlds until the answered function has stopped it and given up all worlds. */
const work = ({ config, log, holdings, slot, queues }: Work): (() => Promise<void>) => {
  const stopping = new AbortController()
  // goes on while worlds are given up: their leases must not run out underneath
  const renewing = new AbortController()
  let receiver = receiveAll(queues, slot.current(), holdings, reporter(log, 'queue'))

  const renew = async (): Promise<void> => {
    const [isOurs] = await Promise.all([slot.renew(), holdings.renew()])
    if (isOurs || stopping.signal.aborted) return
    log(`slot ${slot.current()} was taken by another process`)
    await receiver.stop()
    await slot.claim(stopping.signal)
    receiver = receiveAll(queues, slot.current(), holdings, reporter(log, 'queue'))
  }
  const { renewEveryMs, scanEveryMs } = config
  const renewals = every(
    { ms: renewEveryMs, againMs: renewAgainMs, signal: renewing.signal, report: reporter(log, 'renewal') },
    renew,
  )
  const scans = every(
    { ms: scanEveryMs, againMs: scanEveryMs, signal: stopping.signal, report: reporter(log, 'scan') },
    holdings.takeOrphans,
  )
  return async () => {
    stopping.abort()
    await Promise.all([receiver.stop(), scans])
    await holdings.stop(stopWithinMs)
    renewing.abort()
    await renewals
  }
}

const receiveAll = (
  queues: PhysicsQueues,
  slot: number,
  { take }: Holdings,
  report: (error: unknown) => void,
): { stop(): Promise<void> } => {
  const receiving = new AbortController()
  const { signal } = receiving
  const received = [queues.slot(slot), queues.wake].map((queue) =>
    receiveBatches(queue, take, { signal, report }),
  )
  return {
    stop: async () => {
      receiving.abort()
      await Promise.all(received)
    },
  }
}
