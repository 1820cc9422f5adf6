import type pg from 'pg'
import { drive } from '#platform/arrays/drive'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Checkpointed } from './checkpoint.ts'
import { readNewestCheckpoint } from './checkpoint-store.ts'
import { hydrateFork } from './hydrate-fork.ts'
import { hydrateFromRows } from './hydrate-rows.ts'
import type { Lease } from './lease.ts'
import { isOfLog, replayTicks } from './replay-ticks.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import { type LoggedTick, lastTick } from './tick-log.ts'
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
 * the events it had (I6); without a checkpoint, of a fork from those of its parent, of any other world from the rows.
 * The lease must be held already: what its former holder still wrote is then there.
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
  const forked = await hydrateFork(context, lease, last)
  if (forked !== undefined) return { simulation: forked, checkpoint: null, traces: [], missed: [] }
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
