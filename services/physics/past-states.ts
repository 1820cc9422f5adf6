import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { drive } from '#platform/arrays/drive'
import type { ObjectStore } from '#platform/object-store/object-store'
import { listCheckpoints, readNewestCheckpoint } from './checkpoint-store.ts'
import { copySimulation } from './copy-simulation.ts'
import { createPastCache, type PastState } from './past-cache.ts'
import { PastUnavailable } from './past-error.ts'
import { isOfLog, replayTicks } from './replay-ticks.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import type { LoggedTick } from './tick-log.ts'

/** States of worlds after ticks of their logs, rebuilt beside the worlds themselves. */
export interface PastStates {
  /**
   * The state after a tick that is in the log. Of a world one is rebuilt at a time; that goes on when the time of the
   * question is up.
   *
   * @throws PastUnavailable: rebuilding, not-retained; what database and store throw.
   */
  at(worldId: string, tick: number): Promise<PastState>
  /** Ends what is under way. */
  end(): void
}

export interface PastStatesOptions {
  pool: pg.Pool
  objects: ObjectStore
  /** Memory of the states that are kept; one that is being rebuilt comes on top. */
  cacheBytes: number
  /** What one question waits. */
  budgetMs: number
  log: (line: string) => void
}

interface Job {
  tick: number
  done: Promise<PastState>
}

export const createPastStates = (options: PastStatesOptions): PastStates => {
  const { budgetMs } = options
  const cache = createPastCache(options.cacheBytes)
  const jobs = new Map<string, Job>()
  const ending = new AbortController()

  const rebuild = async (worldId: string, tick: number): Promise<PastState> => {
    const { signal } = ending
    const simulation = await startingPoint(worldId, tick)
    const rest = restEqually(signal)
    let recorded: string | null | undefined
    const onTick = (logged: LoggedTick): Promise<void> => {
      recorded = logged.stateHash
      return rest()
    }
    await replayTicks(options, simulation, { signal, toTick: tick, onTick })
    if (simulation.tick !== tick) throw new Error(`the log of world ${worldId} has no tick ${tick}`)
    const state = { simulation, stateHash: await hashOf(simulation, signal) }
    // it would be an answer about a past that never was
    if (typeof recorded === 'string' && recorded !== state.stateHash)
      throw new Error(`it comes out differently; npm run replay -- --world ${worldId} says where`)
    cache.put(state)
    return state
  }

  /** The newest of what there is before the tick: a checkpoint, or a state that was rebuilt. */
  const startingPoint = async (worldId: string, tick: number): Promise<Simulation> => {
    const { pool, objects, log: warn } = options
    const { signal } = ending
    const known = cache.before(worldId, tick)
    const newest = (await listCheckpoints(objects, worldId)).findLast((ref) => ref.tick <= tick)
    if (known !== undefined && known.simulation.tick >= (newest?.tick ?? 0))
      return known.take().isOwn ? known.simulation : copySimulation(known.simulation)
    const isOurs = isOfLog(pool, worldId)
    const found = await readNewestCheckpoint(objects, worldId, isOurs, { warn, signal, upToTick: tick })
    if (found === undefined) throw new PastUnavailable('not-retained')
    return found
  }

  const start = (worldId: string, tick: number): Job => {
    const done = rebuild(worldId, tick).finally(() => jobs.delete(worldId))
    const job = { tick, done }
    jobs.set(worldId, job)
    done.catch((error: Error) => {
      const isExpected = error instanceof PastUnavailable || ending.signal.aborted
      if (!isExpected) options.log(`world ${worldId}: tick ${tick} cannot be rebuilt: ${error.message}`)
    })
    return job
  }

  return {
    at: async (worldId, tick) => {
      const timeIsUp = AbortSignal.timeout(budgetMs)
      for (;;) {
        const cached = cache.get(worldId, tick)
        if (cached !== undefined) return cached
        const job = jobs.get(worldId) ?? start(worldId, tick)
        const state = await settledBefore(timeIsUp, job.done, job.tick === tick)
        if (timeIsUp.aborted && state === undefined) throw new PastUnavailable('rebuilding')
        if (state !== undefined && job.tick === tick) return state
      }
    },
    // whoever waits is told to ask again, and then finds the next holder
    end: () => ending.abort(new PastUnavailable('rebuilding')),
  }
}

/** undefined where the time is up, or where it failed and is not `ours`. */
const settledBefore = async <T>(
  timeIsUp: AbortSignal,
  work: Promise<T>,
  ours: boolean,
): Promise<T | undefined> => {
  const { promise: up, resolve } = Promise.withResolvers<undefined>()
  const stop = () => resolve(undefined)
  timeIsUp.addEventListener('abort', stop, { once: true })
  if (timeIsUp.aborted) stop()
  try {
    return await Promise.race([ours ? work : work.catch(() => undefined), up])
  } finally {
    timeIsUp.removeEventListener('abort', stop)
  }
}

const hashOf = ({ bodies, gamma, tick, seq }: Simulation, signal: AbortSignal): Promise<string> =>
  drive(stateHash(bodies, tick, seq, gamma), signal)

/** Work between two rests. */
const restAfterMs = 8

/** Rests as long as it has worked, so that the worlds that are held keep most of the processor. */
const restEqually = (signal: AbortSignal): (() => Promise<void>) => {
  let sinceMs = performance.now()
  return async () => {
    const workedMs = performance.now() - sinceMs
    if (workedMs < restAfterMs) return
    await sleep(workedMs, undefined, { signal })
    sinceMs = performance.now()
  }
}
