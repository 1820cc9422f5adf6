import { setImmediate as turn } from 'node:timers/promises'

/** Between two turns of the event loop; the blocks of the work come on top. */
const blockMs = 8

/**
 * Runs the work to its end and lets the event loop turn between its blocks, so that leases are renewed,
 * queues read and requests answered during a long step.
 *
 * @throws what the signal was aborted with, between two blocks.
 */
export const drive = async <T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T> => {
  let turnedAt = performance.now()
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    if (performance.now() - turnedAt < blockMs) continue
    await turn()
    signal?.throwIfAborted()
    turnedAt = performance.now()
  }
}
