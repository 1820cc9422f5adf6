import { drive } from '#platform/arrays/drive'
import type { Boundary } from './boundary.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import type { TickWriter } from './tick-writer.ts'

export interface TickHashOptions {
  simulation: Simulation
  boundary: Boundary
  /**
   * Of the time, for hashes: after one that took 2 ms the next comes 200 ms later at a share of 0.01, so that a small
   * world has one each tick and a large one each some seconds. 0: none; 1: each tick.
   */
  share: number
  nowMs: () => number
  signal: AbortSignal
}

/**
 * The writer, with the hash of the state in the rows of some ticks. A hash is made at the boundary after its tick,
 * in blocks, and the next tick begins after it; the row waits for it. Which ticks have one depends on the clock,
 * what they are does not.
 */
export const withTickHashes = (writer: TickWriter, options: TickHashOptions): TickWriter => {
  const { simulation, boundary, share, nowMs, signal } = options
  let dueMs = share > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY

  const hash = async (): Promise<string> => {
    const startMs = nowMs()
    const { bodies, gamma, tick, seq } = simulation
    const value = await drive(stateHash(bodies, tick, seq, gamma), signal)
    const endMs = nowMs()
    dueMs = endMs + (endMs - startMs) * (1 / share - 1)
    return value
  }

  return {
    ...writer,
    add: (tick, batch) => {
      if (nowMs() < dueMs) return writer.add(tick, batch)
      // the loop drains the boundary before its next tick, so this one is added before that is
      void boundary.run(hash).then(
        (stateHash) => writer.add({ ...tick, stateHash }, batch),
        () => writer.add(tick, batch),
      )
    },
  }
}
