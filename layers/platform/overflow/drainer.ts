import type { OverflowKey, OverflowRequest, OverflowSpool } from './overflow.ts'

export interface DrainerOptions {
  store: OverflowSpool
  /**
   * Writes the request to the database; resolves when its outcome is stored there, be it a refusal. Must
   * bear to see a request again that it has already applied, and keep the order of those that it is given
   * before the first has ended.
   */
  apply(key: OverflowKey, request: OverflowRequest): Promise<void>
  /** Whether the error means that the database is still away. */
  isUnavailable(error: unknown): boolean
  /** Between two looks while nothing waits; default 1,000. */
  intervalMs?: number
  /** Between two tries at most, for what fails time and again; default 30,000. */
  maxBackoffMs?: number
  log?: (line: string) => void
}

export interface Drainer {
  /** Looks at once, as when the database is known to be back. */
  wake(): void
  /** Resolves when the requests that are being applied have ended; the others stay for the next start. */
  stop(): Promise<void>
}

class DrainerStopped extends Error {}

/**
 * Drains what is diverted, one world after the other, as soon as the database takes it. While it is away one
 * world at a time is tried, every `intervalMs` and then more rarely. Whatever else goes wrong with a request
 * is told and tried again, because nothing that was accepted may be dropped; other worlds go on.
 */
export const startDrainer = (options: DrainerOptions): Drainer => {
  const { intervalMs = 1_000, maxBackoffMs = 30_000 } = options
  const stopping = new AbortController()
  let wake = () => {}
  const run = async () => {
    let waitMs = intervalMs
    while (!stopping.signal.aborted) {
      const failed = await drainAll(options, stopping.signal)
      waitMs = failed ? Math.min(maxBackoffMs, waitMs * 2) : intervalMs
      if (stopping.signal.aborted) return
      await new Promise<void>((done) => {
        const timer = setTimeout(done, waitMs)
        wake = () => {
          clearTimeout(timer)
          done()
        }
      })
    }
  }
  const running = run()
  return {
    wake: () => wake(),
    stop: () => {
      stopping.abort()
      wake()
      return running
    },
  }
}

/** Whether a world could not be drained. */
const drainAll = async (options: DrainerOptions, stopping: AbortSignal): Promise<boolean> => {
  const { store, apply, isUnavailable, log = () => {} } = options
  let failed = false
  try {
    for (const key of await store.divertedKeys()) {
      try {
        const applied = await store.drain(key, async (request) => {
          if (stopping.aborted) throw new DrainerStopped()
          await apply(key, request)
        })
        if (applied > 0) log(`overflow of ${key.world}: ${applied} requests applied`)
      } catch (error) {
        if (error instanceof DrainerStopped) return false
        failed = true
        if (isUnavailable(error)) return true
        log(`overflow of ${key.world} waits, its next request fails: ${(error as Error).message}`)
      }
    }
  } catch (error) {
    failed = true
    log(`overflow cannot be read: ${(error as Error).message}`)
  }
  return failed
}
