import { setTimeout as sleep } from 'node:timers/promises'
import { type Backoff, backoffMs } from '#relay/backoff'
import { LeaseLost } from './lease.ts'

const backoff: Backoff = { baseMs: 100, maxMs: 2_000 }

export interface RetryOptions {
  /** Ends the attempts. */
  signal: AbortSignal
  /** What failed, the first time in a row. */
  report: (error: unknown) => void
}

/**
 * Tries until it works, with exponential backoff and jitter: databases, queues and stores come back.
 *
 * @throws LeaseLost at once, and the signal's reason.
 */
export const retrying = async <T>(work: () => Promise<T>, { signal, report }: RetryOptions): Promise<T> => {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      if (attempts === 1) report(error)
    }
    await sleep(backoffMs(backoff, attempts, Math.random), undefined, { signal })
  }
}
