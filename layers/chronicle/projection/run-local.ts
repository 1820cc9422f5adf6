import { setTimeout as delay } from 'node:timers/promises'
import { type BellContext, serveChronicleBells } from './serve-bells.ts'
import { sweepChronicles } from './sweep.ts'

export interface ChronicleLoop {
  /** Receives no more, and resolves when the batch that was being projected is finished. */
  stop(): Promise<void>
}

export interface ChronicleLoopOptions {
  /** Time between sweeps; default 60,000. */
  sweepMs?: number
  /** Of one long poll; default 20. */
  waitSeconds?: number
}

const retryMs = 1_000

/**
 * The projection of `npm start`: follows the queue of chronicles. A sweep comes first, since a local queue begins empty,
 * and then every minute and after an outage.
 */
export const startChronicles = (context: BellContext, options: ChronicleLoopOptions = {}): ChronicleLoop => {
  const { sweepMs = 60_000, waitSeconds = 20 } = options
  const { queue, log } = context
  const stopping = new AbortController()
  const { signal } = stopping
  let sweepAt = Number.NEGATIVE_INFINITY

  const once = async (): Promise<void> => {
    if (performance.now() >= sweepAt) {
      await sweepChronicles(context, queue)
      sweepAt = performance.now() + sweepMs
    }
    const messages = await queue.receive({ waitSeconds, signal })
    const kept = new Set(await serveChronicleBells(context, messages, () => !signal.aborted))
    const served = messages.filter((message) => !kept.has(message))
    // a bell that cannot be taken away comes again, which does no harm
    if (served.length > 0) await queue.acknowledge(served).catch(() => {})
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (signal.aborted) break
        log(`chronicle: ${(error as Error).message}; trying again`)
        sweepAt = Number.NEGATIVE_INFINITY
        await delay(retryMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  const ended = run()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}
