import { randomUUID } from 'node:crypto'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Log } from '#platform/telemetry/log'
import { noMetrics } from '#platform/telemetry/metrics'
import { openTickStore } from '#sync/stores/open'
import type { PhysicsConfig } from './config.ts'
import { openObjects, openPools, openQueues } from './connections.ts'
import { type EcsTask, readEcsTask } from './ecs-task.ts'
import { createGate } from './gate.ts'
import { createHoldings, type Holdings } from './holdings.ts'
import { startHttp } from './http.ts'
import { createLedgerSinks } from './ledger-sink.ts'
import { within } from './loops.ts'
import { createPast } from './past.ts'
import { type RetryOptions, retrying } from './retry.ts'
import { createSlotKeeper, type SlotKeeper } from './slot-keeper.ts'
import { createReports, type PhysicsTelemetry } from './telemetry.ts'
import type { TickSinks } from './tick-sink.ts'
import { work } from './work.ts'

/** Parts that a caller may bring; the others are made from the configuration. */
export interface PhysicsDeps {
  log: Log
  /** Default: nothing is measured. */
  telemetry?: PhysicsTelemetry
  /** Take the batches of ticks. Default: the ledger, where its queue is configured; else nobody, and none are made. */
  sinks?: TickSinks
  /** Default: the configured bucket or folder. */
  objects?: ObjectStore
  /** Ends a start that waits for a slot. */
  signal?: AbortSignal
}

export interface PhysicsService {
  /** http://host:port, as others reach it. */
  address: string
  /** This start of the process, as leases name it. */
  holder: string
  slot(): number
  /** Resolves when a process of another revision has started since: this one is to be stopped. */
  superseded: Promise<void>
  /** Finishes ticks, writes and checkpoints everything, releases leases and slot: within 19 s, also where the database is away. */
  stop(): Promise<void>
}

/**
 * Starts the service: opens its port, waits for a free slot, as long as it takes the database to be there, then
 * holds worlds until `stop`.
 *
 * @throws what the signal was aborted with, and where the port cannot be opened.
 */
export const startPhysics = async (config: PhysicsConfig, deps: PhysicsDeps): Promise<PhysicsService> => {
  const { log, telemetry = { metrics: noMetrics } } = deps
  const { signal = new AbortController().signal } = deps
  const { leaseTtlMs: ttlMs, slotQueueUrls } = config
  const identity = { holder: randomUUID(), startedAt: new Date() }
  const isScaled = config.demandQueueUrl !== undefined
  const pools = openPools(config)
  const queues = openQueues(config)
  let slot: SlotKeeper | undefined
  let holdings: Holdings | undefined
  const reports = createReports(telemetry, () => holdings?.measure() ?? [])
  const close = async (): Promise<void> => {
    await within(1_000, pools.end()).catch(reporter(log, 'connections'))
    queues.end()
  }
  const claimSlot = async (task: EcsTask | undefined): Promise<SlotKeeper> => {
    const claimant = { ...identity, revision: task?.revision }
    const keeper = createSlotKeeper({
      ...{ pool: pools.control, claimant, count: slotQueueUrls.length, ttlMs, log },
    })
    await keeper.claim(signal)
    return keeper
  }
  try {
    const objects = deps.objects ?? (await openObjects(config))
    const gate = createGate()
    const { ledger: queue } = queues
    const sinks =
      deps.sinks ??
      (queue === undefined
        ? undefined
        : createLedgerSinks({
            ...{ pool: pools.data, gate, objects, queue, segmentMs: config.ledgerSegmentMs },
          }))
    const ticks = await openTickStore(config.ticks.store, {
      ...{ ttlSeconds: config.ticks.ttlSeconds, now: () => new Date() },
    })
    const past = createPast({
      ...{ pool: pools.loading, objects, cacheBytes: config.historyBytes, budgetMs: config.historyBudgetMs },
      log,
    })
    const http = await startHttp(
      config,
      {
        past,
        ticks,
        find: (worldId) => holdings?.find(worldId),
        health: () => ({ status: 'ok', slot: slot?.current() ?? -1, worlds: holdings?.count() ?? 0 }),
        metrics: reports.text,
      },
      log,
    )
    const stopHttp = async (error: unknown): Promise<never> => {
      await http.stop()
      throw error
    }
    const task = await ownTask(config, { signal, report: reporter(log, 'task metadata') }).catch(stopHttp)
    const claimed = await claimSlot(task).catch(stopHttp)
    slot = claimed
    const address = urlOf(task?.host ?? config.host, http.port)
    holdings = createHoldings({
      ...{ control: pools.control, loading: pools.loading, idleReleaseMs: config.idleReleaseMs },
      ...{ activeOnly: isScaled, worldsPerTask: config.worldsPerTask ?? Number.POSITIVE_INFINITY },
      overloadAfterMs: config.overloadAfterMs,
      holder: () => ({ id: identity.holder, slot: claimed.current(), address, ttlMs }),
      world: {
        ...{ pool: pools.data, writePool: pools.write, objects, sinks, ticks, gate, log },
        options: { ...config, keepsPaused: !isScaled },
        metrics: telemetry.metrics,
        nowMs: () => performance.now(),
      },
    })
    const working = work({ config, log, holdings, slot, queues })
    const stopReports = reports.start(reporter(log, 'metrics'))
    let stopped: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      past.end()
      await working.stop()
      await stopReports()
      await within(1_000, claimed.release()).catch(reporter(log, 'slot'))
      await http.stop()
      await ticks.close()
      await close()
    }
    return {
      ...{ address, holder: identity.holder, slot: claimed.current, superseded: working.superseded },
      stop: () => (stopped ??= stop()),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** What ECS knows of this process; undefined where it is no task. */
const ownTask = ({ ecsMetadataUri }: PhysicsConfig, retry: RetryOptions): Promise<EcsTask | undefined> =>
  ecsMetadataUri === undefined
    ? Promise.resolve(undefined)
    : retrying(() => readEcsTask(ecsMetadataUri), retry)

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`

const reporter = (log: Log, what: string) => (error: unknown) => log(`${what}: ${(error as Error).message}`)
