import { setImmediate as turn } from 'node:timers/promises'

/** Between two turns of the event loop; the blocks of the work come on top. */
const blockMs = 8

/** Work in blocks: each yield lets the event loop turn, and waits for the promise where it yields one. */
export type Blocks<T> = Generator<unknown, T>

/**
 * Runs the work to its end and lets the event loop turn between its blocks, so that leases are renewed,
 * queues read and requests answered during a long step.
 *
 * @throws what the signal was aborted with, between two blocks.
 */
export const drive = async <T>(work: Blocks<T>, signal?: AbortSignal): Promise<T> => {
  let turnedAt = performance.now()
  try {
    for (;;) {
      const { done, value } = work.next()
      if (done) return value
      const waits = value instanceof Promise
      if (!waits && performance.now() - turnedAt < blockMs) continue
      await (waits ? value : turn())
      signal?.throwIfAborted()
      turnedAt = performance.now()
    }
  } finally {
    // what was broken off lets go of what others wait for
    work.return(undefined as T)
  }
}
