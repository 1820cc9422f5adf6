import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import type { TickStore } from '#sync/tick-store'
import type { EventBatch } from '#world/event'
import { canMove } from './bodies.ts'
import { createBoundary } from './boundary.ts'
import { createCheckpointer } from './checkpointer.ts'
import type { Gate } from './gate.ts'
import type { Hydrated } from './hydrate.ts'
import { createInbox } from './inbox.ts'
import { type Lease, LeaseLost } from './lease.ts'
import { createLiveFeed, type Follower } from './live-feed.ts'
import { createPace } from './pace.ts'
import { createSignal } from './signal.ts'
import { type Simulation, simulationBytes } from './simulation.ts'
import { createSpatialQueries, type SpatialQueries } from './spatial-queries.ts'
import { createStatus, type PhysicsStatus, slowdownOf } from './status.ts'
import type { WorldMeasures } from './telemetry.ts'
import { isActive } from './tick.ts'
import { withTickHashes } from './tick-hashes.ts'
import { createTickRecorder } from './tick-recorder.ts'
import type { TickSinks } from './tick-sink.ts'
import { createTickWriter } from './tick-writer.ts'
import { createWorldLoop, type FinishedTick } from './world-loop.ts'
import { createWriteBackLoop } from './write-back-loop.ts'

export interface WorldOptions {
  writeBackMs: number
  checkpointEveryMs: number
  /** Newest checkpoints that stay; Infinity keeps all, and the whole tick log with them. */
  checkpointsKept: number
  /** Hours, and days, of which one more checkpoint stays. */
  checkpointsHourly: number
  checkpointsDaily: number
  /** As of `TickHashOptions.share`. */
  tickHashShare: number
  /** Ticking pauses so long before the lease can have expired. */
  leaseMarginMs: number
  /** A paused world with an active body stays held; default true. */
  keepsPaused?: boolean
}

export interface KeptTicks {
  store: TickStore
  /** Of a world whose settings do not say. */
  bytesPerSecond: number
  /** They are kept so long after somebody has watched or asked; Infinity: always. */
  keptMs: number
}

export interface WorldContext {
  pool: pg.Pool
  /** Of `writeBackConnections` connections. */
  writePool: pg.Pool
  objects: ObjectStore
  /** undefined: nobody takes the batches of ticks, and none are made. */
  sinks: TickSinks | undefined
  /** Of tick snapshots; undefined: none are kept. */
  ticks?: KeptTicks | undefined
  gate: Gate
  options: WorldOptions
  /** Monotonic, milliseconds. */
  nowMs: () => number
  log: Log
  metrics: Metrics
}

/** A world that this process holds: its loop, its output and its answers. */
export interface HeldWorld extends SpatialQueries {
  lease: Lease
  offer(batch: EventBatch): void
  /** The lease holds until then by the monotonic clock, and the log reaches `headSeq`. */
  renewed(validUntilMs: number, headSeq: number): void
  /** It moves by itself: it has an active body and is not paused. */
  isMoving(): boolean
  /** It moves, or could as soon as it is no longer paused where such worlds are kept. */
  needsHolder(): boolean
  /** All ramps of events up to this seq have come to their end, durably; 0: that is not known now. */
  rampedSeq(): number
  /** How long it has had no events and no questions; 0 while it needs its holder. */
  idleMs(): number
  /** As of the next tick boundary. */
  status(): Promise<PhysicsStatus>
  /** Reads the state at the next tick boundary where that tick is durable. undefined: it is at another one. */
  readAt<T>(tick: number, read: (simulation: Simulation) => T | Promise<T>): Promise<T | undefined>
  /** As it stands, perhaps in the middle of a tick. */
  measure(): WorldMeasures
  /** Tells it of each tick from now on, and first of what it lacks. */
  follow(follower: Follower): void
  unfollow(follower: Follower): void
  /** Where the world is, durably, and up to what tick its rows say where bodies are. */
  live(): { tick: number; seq: number; writtenTick: number }
  /** Runs so many ticks of a world that is not active, and answers when they are durable. undefined: it is active. */
  step(ticks: number): Promise<PhysicsStatus | undefined>
  /** Finishes the tick, writes everything and a checkpoint, and ends. The lease is then the caller's to release. */
  stop(): Promise<void>
  /** Ends it at once; nothing more is written. */
  drop(reason: Error): void
  isEnded(): boolean
  /** Resolves with the reason when it has ended. */
  ended: Promise<Error>
}

/** Starts the loop of a world whose lease is held until `validUntilMs`. */
export const holdWorld = (
  context: WorldContext,
  lease: Lease,
  { simulation, checkpoint, traces, missed }: Hydrated,
  initial: { validUntilMs: number; headSeq: number },
): HeldWorld => {
  const { pool, writePool, objects, sinks, ticks, gate, options, nowMs, log, metrics } = context
  const { worldId } = lease
  const ending = new AbortController()
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<Error>()
  const wake = createSignal()
  const retry = {
    signal: ending.signal,
    report: (error: unknown) =>
      log(`world ${worldId}: ${(error as Error).message}; trying again`, { world: worldId }),
  }
  let { validUntilMs, headSeq } = initial
  let usedAtMs = nowMs()

  const drop = (reason: Error): void => {
    if (ending.signal.aborted) return
    ending.abort(reason)
    wake.notify()
    resolveEnded(reason)
  }
  const fail = (error: unknown): void => {
    if (ending.signal.aborted) return
    if (!(error instanceof LeaseLost))
      log(`world ${worldId} failed: ${(error as Error).stack ?? error}`, { level: 'error', world: worldId })
    drop(error as Error)
  }

  const boundary = createBoundary(wake.notify)
  const pace = createPace()
  const inbox = createInbox({
    ...{ source: { pool, objects }, worldId, seq: simulation.seq, settings: simulation.settings },
    ...{ notify: wake.notify, ...retry },
  })
  const { tick } = simulation
  const sink = sinks?.open({ lease, retry, fail })
  const writer = createTickWriter({ pool, gate, lease, sink, tick, notify: wake.notify, fail, ...retry })
  const output = { simulation, boundary, writer, gate, lease, retry, fail }
  // what a checkpoint holds has been moved by steps that this process made again
  const knownAfter = checkpoint?.tick ?? tick
  const writeBack = createWriteBackLoop({
    ...{ ...output, pool: writePool, everyMs: options.writeBackMs, writtenTick: knownAfter },
  })
  const feed = createLiveFeed({ simulation, boundary, writer, knownAfter, now: () => new Date() })
  const checkpointer = createCheckpointer({
    ...{ ...output, pool, objects, checkpoint, removing: writeBack.removing, sink },
    everyMs: options.checkpointEveryMs,
    onPut: (full) => recorder?.full(full),
    policy: {
      ...{
        newest: options.checkpointsKept,
        hours: options.checkpointsHourly,
        days: options.checkpointsDaily,
      },
    },
  })
  const { signal } = ending
  const hashing = withTickHashes(writer, {
    ...{ simulation, boundary, share: options.tickHashShare, nowMs, signal },
  })
  let watchedAtMs = ticks?.keptMs === Number.POSITIVE_INFINITY ? nowMs() : Number.NEGATIVE_INFINITY
  const watch = (): void => {
    watchedAtMs = nowMs()
  }
  const recorder =
    ticks &&
    createTickRecorder({
      ...{ simulation, lease, boundary, store: ticks.store, bytesPerSecond: ticks.bytesPerSecond },
      ...{ writer, knownAfter, nowMs, now: () => new Date() },
      isWanted: () => feed.size() > 0 || nowMs() - watchedAtMs < ticks.keptMs,
      report: (error) =>
        log(`world ${worldId}: tick snapshots: ${(error as Error).message}`, { world: worldId }),
    })
  const use = (): void => {
    usedAtMs = nowMs()
  }
  const onTick = ({ tick, toSeq, ms, traces, events }: FinishedTick): void => {
    metrics.observe('orrery_tick_ms', ms)
    feed.onTick()
    recorder?.onTick(events)
    if (traces.length === 0) return
    const fields = { world: worldId, tick, toSeq, traceparent: traces[0], traces }
    log(`world ${worldId}: tick ${tick} took up events to ${toSeq}`, { level: 'debug', ...fields })
  }
  const loop = createWorldLoop({
    ...{
      simulation,
      makesBatches: sink !== undefined,
      inbox,
      writer: hashing,
      boundary,
      pace,
      wake,
      nowMs,
      signal,
    },
    traces,
    mayTick: () => nowMs() < validUntilMs - options.leaseMarginMs,
    onEvents: use,
    onTick,
  })
  const needsHolder = (): boolean =>
    isActive(simulation) || ((options.keepsPaused ?? true) && canMove(simulation.bodies))
  const lagEvents = (): number => Math.max(inbox.headSeq(), headSeq) - simulation.seq
  const status = createStatus({
    simulation,
    lease,
    boundary,
    pace,
    checkpointer,
    lagEvents,
    nowMs,
    signal: ending.signal,
  })

  const run = async (): Promise<void> => {
    try {
      for (const batch of missed) await sink?.publish(batch)
      if (checkpoint === null) await checkpointer.writeBase()
      checkpointer.start()
      writeBack.start()
      inbox.readUpTo(headSeq)
      await loop.run()
    } catch (error) {
      fail(error)
    }
  }
  const running = run()

  const queries = createSpatialQueries(simulation, use)
  return {
    ...{ lease, ended, drop, offer: inbox.offer, ...queries },
    // clients keep what they are told
    inside: async (query) => {
      const answer = await queries.inside(query)
      await writer.untilDurable(answer.tick)
      return answer
    },
    renewed: (untilMs, head) => {
      validUntilMs = untilMs
      // what was committed before the last renewal has had its time to come by the queue
      if (inbox.receivedSeq() < headSeq) inbox.readUpTo(headSeq)
      headSeq = Math.max(headSeq, head)
      wake.notify()
    },
    isEnded: () => ending.signal.aborted,
    measure: () => ({
      ...{ worldId, lagEvents: lagEvents(), bodies: simulation.bodies.count },
      bytes: simulationBytes(simulation),
      slowdown: slowdownOf(simulation, pace, nowMs()),
    }),
    follow: feed.add,
    unfollow: (follower) => {
      watch()
      feed.remove(follower)
    },
    live: () => {
      watch()
      return {
        ...{ tick: writer.durableTick(), seq: simulation.seq, writtenTick: writeBack.writtenTick() },
      }
    },
    isMoving: () => isActive(simulation),
    rampedSeq: () =>
      simulation.bodies.ramps.size === 0 && writer.durableTick() >= simulation.tick ? simulation.seq : 0,
    needsHolder,
    idleMs: () => (needsHolder() || lagEvents() > 0 || loop.isStepping() ? 0 : nowMs() - usedAtMs),
    status: () => {
      use()
      return status()
    },
    readAt: async (tick, read) => {
      use()
      const isThere = () => simulation.tick === tick && writer.durableTick() >= tick
      // a question about another tick need not wait for the boundary
      return isThere() ? boundary.run(() => (isThere() ? read(simulation) : undefined)) : undefined
    },
    step: async (ticks) => {
      if (isActive(simulation)) return undefined
      use()
      await Promise.race([loop.step(ticks), ended.then((reason) => Promise.reject(reason))])
      await writer.untilDurable(simulation.tick)
      return status()
    },
    stop: async () => {
      loop.finish()
      await running
      ending.signal.throwIfAborted()
      await writer.untilDurable(simulation.tick)
      await writeBack.finish()
      await checkpointer.finish()
      await sink?.flush()
      await recorder?.flush()
      drop(new Error(`world ${worldId} was given up`))
    },
  }
}
