import type pg from 'pg'
import type { PoolOptions } from '#platform/postgres/pool'
import { flag } from './bodies.ts'
import { type BodyCut, cutSome } from './cut.ts'
import type { Gate } from './gate.ts'
import type { Lease } from './lease.ts'
import { deleteRows, type RowRange, writeRows } from './physics-rows.ts'
import { type RetryOptions, retrying } from './retry.ts'
import type { Simulation } from './simulation.ts'

/** Rows of one statement, and statements at once: beyond these neither gained anything on two cores. */
const chunkRows = 5_000
export const writeBackConnections = 4

/** For the pool of the write-back: each row is found by its key, whatever the statistics say of a table that has just been filled. */
export const writeBackPoolOptions = {
  settings: [
    'enable_seqscan=off',
    'enable_hashjoin=off',
    'enable_mergejoin=off',
    'plan_cache_mode=force_generic_plan',
  ],
} satisfies Partial<PoolOptions>

/** Rows of one cut, 23 MB with short ids; a world with more of them dirty is written in several. */
const cutRows = 262_144

/** Changed bodies as of a tick, and the entities whose rows are to go. */
export interface DirtyCut {
  tick: number
  /** The last event that is in it. */
  seq: number
  bodies: BodyCut
  removed: string[]
}

/**
 * Takes changed bodies for writing, at a tick boundary: they are no longer dirty but `writing` until
 * `settleWritten`. Bodies from `from` on come first, so that none waits for ever.
 */
export const takeDirty = (
  simulation: Simulation,
  from: number,
  limit = cutRows,
): DirtyCut & { next: number } => {
  const { bodies, tick, seq } = simulation
  const { count, flags } = bodies
  const indices: number[] = []
  let body = from < count ? from : 0
  let seen = 0
  for (; seen < count && indices.length < limit; seen++) {
    if ((flags[body] & flag.dirty) !== 0) {
      indices.push(body)
      flags[body] = (flags[body] & ~flag.dirty) | flag.writing
    }
    body = body + 1 === count ? 0 : body + 1
  }
  const removed = [...simulation.removed]
  simulation.removed.clear()
  simulation.hasDirty = seen < count
  return { tick, seq, bodies: cutSome(bodies, Uint32Array.from(indices)), removed, next: body }
}

/** The rows of the last cut are written. */
export const settleWritten = ({ bodies: { count, flags } }: Simulation): void => {
  for (let body = 0; body < count; body++) flags[body] &= ~flag.writing
}

export interface WriteBackTarget {
  /** Of `writeBackConnections` connections. */
  pool: pg.Pool
  gate: Gate
  lease: Lease
}

/** Writes a cut whose tick is durable, in fenced transactions of some thousand rows. @throws LeaseLost */
export const writeBack = async (
  { pool, gate, lease }: WriteBackTarget,
  { tick, seq, bodies, removed }: DirtyCut,
  retry: RetryOptions,
): Promise<void> => {
  const chunks: RowRange[] = []
  for (let from = 0; from < bodies.count; from += chunkRows)
    chunks.push({ cut: bodies, from, to: Math.min(from + chunkRows, bodies.count) })
  const fenced = (work: () => Promise<void>) => retrying(() => gate.pass(work), retry)
  const worker = async (): Promise<void> => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      const range = chunk
      await fenced(() => writeRows(pool, lease, range, { tick, seq }))
    }
  }
  await Promise.all(Array.from({ length: writeBackConnections }, worker))
  for (let from = 0; from < removed.length; from += chunkRows)
    await fenced(() => deleteRows(pool, lease, removed.slice(from, from + chunkRows)))
}
