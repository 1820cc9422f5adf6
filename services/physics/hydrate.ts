import type pg from 'pg'
import { drive } from '#platform/arrays/drive'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { WorldEvent } from '#world/event'
import type { Checkpointed } from './checkpoint.ts'
import { readNewestCheckpoint } from './checkpoint-store.ts'
import type { LogSource } from './commit-entries.ts'
import { hydrateFromRows } from './hydrate-rows.ts'
import type { Lease } from './lease.ts'
import { eventsBetween } from './log.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import { runTick } from './tick.ts'
import { type LoggedTick, lastTick, readTicks } from './tick-log.ts'
import { type TickBatch, tickBatch } from './tick-sink.ts'
import { readTraces } from './traces.ts'

export interface HydrateContext {
  pool: pg.Pool
  objects: ObjectStore
  warn: (line: string) => void
  signal?: AbortSignal
  /** Whoever takes batches has them up to this tick; default: nobody takes any. */
  storedTo?: number | undefined
}

/** A state at the end of the tick log. */
export interface Hydrated {
  simulation: Simulation
  /** The one that it came from; null: the state stands on the rows, and nothing may be ticked before it has one. */
  checkpoint: Checkpointed | null
  /** Of events that are in the state though no tick has taken them up: its first tick is theirs. */
  traces: readonly string[]
  /** Of durable ticks that nobody has stored; its former holder did not come to it. */
  missed: readonly TickBatch[]
}

/**
 * The world's state after its last durable tick: its newest checkpoint and every tick after it again, with
 * the events it had (I6); without a checkpoint from the rows. The lease must be held already: what its former
 * holder still wrote is then there.
 */
export const hydrate = async (
  context: HydrateContext,
  lease: Pick<Lease, 'worldId' | 'tenantId'>,
): Promise<Hydrated> => {
  const { pool, objects, warn, signal, storedTo = Number.POSITIVE_INFINITY } = context
  const isLogged = isOfLog(pool, lease.worldId)
  const simulation = await readNewestCheckpoint(objects, lease.worldId, isLogged, { warn, signal })
  if (simulation !== undefined) {
    const { tick, seq } = simulation
    const compare = comparing(simulation, context)
    const missed: TickBatch[] = []
    const onTick = async (logged: LoggedTick, isStep: boolean): Promise<void> => {
      const batch = isStep && logged.tick > storedTo ? tickBatch(simulation, []) : undefined
      if (batch !== undefined) missed.push(batch)
      await compare(logged)
    }
    await replayTicks({ pool, objects }, simulation, { signal, onTick })
    return { simulation, checkpoint: { tick, seq }, traces: [], missed }
  }
  const last = await lastTick(pool, lease.worldId)
  if (last !== undefined)
    warn(`world ${lease.worldId} has ticks but no checkpoint: its rows are taken as they are`)
  const fromRows = await hydrateFromRows(pool, lease, last, signal)
  const traces = await readTraces(pool, lease.worldId, last?.toSeq ?? 0, fromRows.seq)
  return { simulation: fromRows, checkpoint: null, traces, missed: [] }
}

/** Says so once where a tick does not come out as it was recorded, which is what another version of the physics makes. */
const comparing = (simulation: Simulation, { warn, signal }: HydrateContext) => {
  let isSame = true
  return async ({ tick, toSeq, stateHash: recorded }: LoggedTick): Promise<void> => {
    if (recorded == null || !isSame) return
    isSame = (await drive(stateHash(simulation.bodies, tick, toSeq, simulation.gamma), signal)) === recorded
    if (isSame) return
    warn(
      `world ${simulation.worldId}: tick ${tick} does not come out as it was recorded, so another version of the physics made ` +
        'it. The world goes on from what this version makes; npm run replay says what differs.',
    )
  }
}

/** A checkpoint is of this log where its tick is there, with the same events: another database may share the store. */
export const isOfLog =
  (pool: pg.Pool, worldId: string) =>
  async ({ tick, seq }: Checkpointed): Promise<boolean> => {
    const [logged] = await readTicks(pool, worldId, tick - 1, tick)
    return logged?.toSeq === seq
  }

export interface ReplayOptions {
  signal?: AbortSignal | undefined
  /** The last tick to run; default: the last of the log. */
  toTick?: number
  /** Called after each tick, before the next one begins; what it throws ends the replay. */
  onTick?: (tick: LoggedTick, isStep: boolean) => void | Promise<void>
}

/** Runs every logged tick after the state's own again, up to `toTick` at most: bit by bit what they were. */
export const replayTicks = async (
  source: LogSource,
  simulation: Simulation,
  { signal, toTick, onTick }: ReplayOptions = {},
): Promise<void> => {
  for (;;) {
    const ticks = await readTicks(source.pool, simulation.worldId, simulation.tick, toTick)
    if (ticks.length === 0) return
    await replay(source, simulation, ticks, { signal, onTick })
  }
}

const replay = async (
  source: LogSource,
  simulation: Simulation,
  ticks: LoggedTick[],
  { signal, onTick }: ReplayOptions,
): Promise<void> => {
  const { worldId, settings, seq } = simulation
  const log = eventsBetween(source, worldId, settings, seq, ticks.at(-1)!.toSeq)
  let waiting: WorldEvent[] = []
  for (const logged of ticks) {
    const { tick, toSeq } = logged
    while ((waiting.at(-1)?.seq ?? simulation.seq) < toSeq) {
      const { done, value } = await log.next()
      if (done)
        throw new Error(`the log of world ${simulation.worldId} ends before tick ${tick} (seq ${toSeq})`)
      waiting = waiting.concat(value)
    }
    const count = waiting.findLastIndex(({ seq }) => seq <= toSeq) + 1
    const isStep = await drive(runTick(simulation, waiting.slice(0, count)), signal)
    waiting = waiting.slice(count)
    if (simulation.tick !== tick)
      throw new Error(`the tick log of world ${simulation.worldId} has no tick ${tick - 1}`)
    await onTick?.(logged, isStep)
  }
}
