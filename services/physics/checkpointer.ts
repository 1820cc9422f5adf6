import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Boundary } from './boundary.ts'
import { type CheckpointCut, type Checkpointed, cutCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { CheckpointPolicy } from './checkpoint-policy.ts'
import { oldCheckpoints, putCheckpoint } from './checkpoint-store.ts'
import type { Gate } from './gate.ts'
import type { Lease } from './lease.ts'
import { pruneTicks, readPinnedTick } from './prune-ticks.ts'
import { type RetryOptions, retrying } from './retry.ts'
import type { Simulation } from './simulation.ts'
import { appendTicks } from './tick-log.ts'
import type { TickSink } from './tick-sink.ts'
import type { TickWriter } from './tick-writer.ts'

/** Writes the checkpoints of a world and forgets what they make superfluous. */
export interface Checkpointer {
  /**
   * The first checkpoint of a state that stands on rows, before any tick of it. Its tick is logged first, so
   * that the checkpoint is known to be of this log, and a holder that fails in between leaves a free number.
   */
  writeBase(): Promise<void>
  start(): void
  /** Ends the loop and writes a last one where something changed; the world's own loop has ended. */
  finish(): Promise<void>
  /** The newest: written by this holder, or the one that its state came from. */
  last(): Checkpointed | null
}

export interface CheckpointerOptions {
  simulation: Simulation
  boundary: Boundary
  writer: TickWriter
  pool: pg.Pool
  gate: Gate
  lease: Lease
  /** The one that the state came from. */
  checkpoint: Checkpointed | null
  objects: ObjectStore
  everyMs: number
  policy: CheckpointPolicy
  /** Entities whose rows are being removed. */
  removing: () => readonly string[]
  /** Takes the batches of ticks; undefined: nobody does. */
  sink: TickSink | undefined
  /** Told of each checkpoint and where it lies. */
  onPut?: ((checkpoint: { tick: number; seq: number; key: string }) => void) | undefined
  retry: RetryOptions
  /** Called with what ends the writing. */
  fail: (error: unknown) => void
}

export const createCheckpointer = (options: CheckpointerOptions): Checkpointer => {
  const { simulation, boundary, writer, pool, gate, lease, objects, everyMs, policy, sink, retry, fail } =
    options
  const finishing = new AbortController()
  const ended = AbortSignal.any([finishing.signal, retry.signal])
  let last = options.checkpoint
  let loop = Promise.resolve()

  const put = async (cut: CheckpointCut): Promise<void> => {
    const checkpoint = await encodeCheckpoint(cut, retry.signal)
    const takenAtMs = Date.now()
    const key = await retrying(() => putCheckpoint(objects, lease.worldId, checkpoint, takenAtMs), retry)
    last = { tick: checkpoint.tick, seq: checkpoint.seq }
    options.onPut?.({ ...last, key })
    if (Number.isFinite(policy.newest)) await forget(checkpoint.tick, takenAtMs)
  }

  // ticks first: of any that is left the checkpoint is too, whenever a fork looks for one
  const forget = async (newestTick: number, nowMs: number): Promise<void> => {
    const { worldId } = lease
    const old = await retrying(() => oldCheckpoints(objects, worldId, newestTick, policy, nowMs), retry)
    // the renewal of the lease waits for a statement that is under way
    const prune = () => retrying(() => gate.pass(() => pruneTicks(pool, lease, old.oldestTick)), retry)
    let pruned = await prune()
    while (pruned === 'more') pruned = await prune()
    if (pruned === 'forking') return
    const pinnedTick = await retrying(() => readPinnedTick(pool, worldId), retry)
    for (const { tick, key } of old.surplus)
      if (tick > pinnedTick) await retrying(() => objects.delete(key), retry)
  }

  const write = async (): Promise<void> => {
    if (simulation.tick === last?.tick) return
    const cut = await boundary.run(() => cutCheckpoint(simulation, options.removing()))
    await writer.untilPublished(cut.tick)
    // a restart from this checkpoint makes no batch of a tick before it again
    await sink?.flush()
    await put(cut)
  }

  const run = async (): Promise<void> => {
    try {
      while (!ended.aborted) {
        await sleep(everyMs, undefined, { signal: ended }).catch(() => {})
        if (!ended.aborted) await write()
      }
    } catch (error) {
      fail(error)
    }
  }

  return {
    writeBase: async () => {
      const { tick, seq } = simulation
      await retrying(() => gate.pass(() => appendTicks(pool, lease, [{ tick, toSeq: seq }])), retry)
      await put(cutCheckpoint(simulation, []))
    },
    start: () => {
      loop = run()
    },
    finish: async () => {
      finishing.abort()
      await loop
      await write()
    },
    last: () => last,
  }
}
