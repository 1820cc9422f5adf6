import type pg from 'pg'
import type { EventBatch } from '#world/event'
import { type HeldWorld, holdWorld, type WorldContext } from './held-world.ts'
import { hydrate } from './hydrate.ts'
import {
  acquireLease,
  findOrphans,
  type Holder,
  type Lease,
  LeaseLost,
  type Renewal,
  type Renewed,
  releaseLease,
  renewLeases,
} from './lease.ts'
import type { WorldMeasures } from './telemetry.ts'

/** The worlds that this process holds. */
export interface Holdings {
  find(worldId: string): HeldWorld | 'starting' | undefined
  count(): number
  /** How many of them move by themselves. */
  moving(): number
  /** Of each world that is loaded. */
  measure(): WorldMeasures[]
  /** Hands a batch to its world; takes the world first where nobody holds it. */
  take(batch: EventBatch): Promise<void>
  /** Takes worlds that need a holder and have none. */
  takeOrphans(): Promise<void>
  /** Renews all leases; worlds that are lost are dropped, idle ones given up. */
  renew(): Promise<void>
  /** Gives up every world, and drops those that cannot be within the time. */
  stop(withinMs: number): Promise<void>
}

export interface HoldingsOptions {
  /** For leases: its queries time out. */
  control: pg.Pool
  /** For hydration, which may take long. */
  loading: pg.Pool
  /** As of now: the slot may change. */
  holder: () => Holder
  world: WorldContext
  idleReleaseMs: number
  /** Of the worlds that nobody holds only those that move or are asked about are looked for. */
  activeOnly: boolean
  /** Beyond so many worlds no other is taken, unless nobody else takes it for so long. */
  worldsPerTask: number
  overloadAfterMs: number
}

interface Holding {
  lease: Lease
  validUntilMs: number
  /** As far as it is known. */
  headSeq: number
  world: HeldWorld | undefined
  /** Ends the hydration. */
  ending: AbortController
  isStopping: boolean
}

/** A world that failed by itself is not tried again at once. */
const failurePauseMs = 5_000

const renewalOf = ({ lease, world }: Pick<Holding, 'lease' | 'world'>): Renewal => ({
  ...{ lease, active: world?.needsHolder() ?? true, rampedSeq: world?.rampedSeq() ?? 0 },
})

export const createHoldings = (options: HoldingsOptions): Holdings => {
  const { control, loading, holder, world: context, idleReleaseMs } = options
  const { activeOnly, worldsPerTask, overloadAfterMs } = options
  const { nowMs, log, gate, metrics } = context
  const holdings = new Map<string, Holding>()
  const acquiring = new Map<string, Promise<void>>()
  const pausedUntilMs = new Map<string, number>()
  /** Worlds left to others because there were enough here, and since when. */
  const leftSinceMs = new Map<string, number>()
  let isStopping = false

  const release = async ({ lease, world }: Holding): Promise<void> => {
    await releaseLease(control, renewalOf({ lease, world })).catch((error: Error) =>
      log(`world ${lease.worldId}: the lease runs out by itself: ${error.message}`, { world: lease.worldId }),
    )
  }

  /** Ends what a world was dropped with: a lost lease is another's, any other is given back. */
  const forget = async (holding: Holding, reason: Error): Promise<void> => {
    const { worldId } = holding.lease
    holding.isStopping = true
    holding.ending.abort(reason)
    if (!(reason instanceof LeaseLost)) {
      pausedUntilMs.set(worldId, nowMs() + failurePauseMs)
      await release(holding)
    } else log(`world ${worldId}: ${reason.message}`, { world: worldId })
    if (holdings.get(worldId) === holding) holdings.delete(worldId)
  }

  const giveUp = async (holding: Holding): Promise<void> => {
    if (holding.isStopping) return
    holding.isStopping = true
    holding.ending.abort()
    try {
      await holding.world?.stop()
      await release(holding)
      holdings.delete(holding.lease.worldId)
    } catch (error) {
      await forget(holding, error as Error)
    }
  }

  const start = async (holding: Holding): Promise<void> => {
    const { lease, ending } = holding
    const { objects } = context
    const startMs = nowMs()
    const warn = (line: string) => log(line, { world: lease.worldId })
    try {
      const storedTo = await context.sinks?.storedTo(lease.worldId)
      const from = { pool: loading, objects, warn, signal: ending.signal, storedTo }
      const hydrated = await hydrate(from, lease)
      metrics.observe('orrery_hydration_ms', nowMs() - startMs)
      ending.signal.throwIfAborted()
      const world = holdWorld(context, lease, hydrated, holding)
      holding.world = world
      void world.ended.then((reason) => (holding.isStopping ? undefined : forget(holding, reason)))
    } catch (error) {
      if (holding.isStopping) return
      const why = (error as Error).stack ?? String(error)
      log(`world ${lease.worldId} cannot be loaded: ${why}`, { level: 'error', world: lease.worldId })
      await forget(holding, error as Error)
    }
  }

  const acquire = async (worldId: string, headSeq: number): Promise<void> => {
    const sentMs = nowMs()
    const lease = await acquireLease(control, worldId, holder())
    if (lease === undefined) return
    const holding: Holding = {
      ...{ lease, headSeq: Math.max(headSeq, lease.headSeq), validUntilMs: sentMs + holder().ttlMs },
      ...{ world: undefined, ending: new AbortController(), isStopping: false },
    }
    holdings.set(worldId, holding)
    if (isStopping) await giveUp(holding)
    else void start(holding)
  }

  /** One attempt at a time for each world. */
  const acquireOnce = (worldId: string, headSeq: number): Promise<void> => {
    if (isStopping || nowMs() < (pausedUntilMs.get(worldId) ?? 0)) return Promise.resolve()
    pausedUntilMs.delete(worldId)
    let attempt = acquiring.get(worldId)
    if (attempt === undefined) {
      attempt = acquire(worldId, headSeq).finally(() => acquiring.delete(worldId))
      acquiring.set(worldId, attempt)
    }
    return attempt
  }

  const hasRoom = (): boolean => holdings.size + acquiring.size < worldsPerTask

  /** Where there are enough worlds here, one is taken only after nobody else came for it. */
  const mayTake = (worldId: string): boolean => {
    if (hasRoom()) return true
    const sinceMs = leftSinceMs.get(worldId) ?? nowMs()
    leftSinceMs.set(worldId, sinceMs)
    return nowMs() - sinceMs >= overloadAfterMs
  }

  const renewed = (holding: Holding, validUntilMs: number, { headSeq, wanted }: Renewed): void => {
    holding.validUntilMs = validUntilMs
    holding.headSeq = Math.max(holding.headSeq, headSeq)
    holding.world?.renewed(validUntilMs, headSeq)
    // whoever asked about it while nobody held it is about to ask again
    if (!wanted && holding.world !== undefined && holding.world.idleMs() > idleReleaseMs) void giveUp(holding)
  }

  return {
    find: (worldId) => {
      const holding = holdings.get(worldId)
      return holding === undefined ? undefined : (holding.world ?? 'starting')
    },
    count: () => holdings.size,
    moving: () => [...holdings.values()].filter(({ world }) => world?.isMoving()).length,
    measure: () => [...holdings.values()].flatMap(({ world }) => world?.measure() ?? []),
    take: async (batch) => {
      const holding = holdings.get(batch.worldId)
      // what is not taken here is in the log, and whoever finds the world without a holder takes it
      if (holding === undefined) return hasRoom() ? acquireOnce(batch.worldId, batch.toSeq) : undefined
      holding.headSeq = Math.max(holding.headSeq, batch.toSeq)
      holding.world?.offer(batch)
    },
    takeOrphans: async () => {
      const orphans = await findOrphans(control, { activeOnly })
      for (const worldId of leftSinceMs.keys()) if (!orphans.includes(worldId)) leftSinceMs.delete(worldId)
      for (const worldId of orphans)
        if (!holdings.has(worldId) && mayTake(worldId)) await acquireOnce(worldId, 0)
    },
    renew: async () => {
      const held = [...holdings.values()]
      if (held.length === 0) return
      const renewals = held.map(renewalOf)
      const { sentMs, answers } = await gate.exclusive(async () => ({
        sentMs: nowMs(),
        answers: await renewLeases(control, holder(), renewals),
      }))
      for (const holding of held) {
        const { worldId } = holding.lease
        // it may have been released while the renewal was under way
        if (holdings.get(worldId) !== holding) continue
        const answer = answers.get(worldId)
        if (answer !== undefined) renewed(holding, sentMs + holder().ttlMs, answer)
        else if (!holding.isStopping) {
          const lost = new LeaseLost(worldId)
          if (holding.world === undefined) void forget(holding, lost)
          else holding.world.drop(lost)
        }
      }
    },
    stop: async (withinMs) => {
      isStopping = true
      const late = setTimeout(() => {
        for (const { world, ending } of holdings.values()) {
          world?.drop(new Error('the time to stop was up'))
          ending.abort()
        }
      }, withinMs)
      await Promise.all([...holdings.values()].map(giveUp))
      await Promise.allSettled(acquiring.values())
      clearTimeout(late)
    },
  }
}
