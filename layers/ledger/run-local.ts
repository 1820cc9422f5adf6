import { setTimeout as delay } from 'node:timers/promises'
import { ringHousekeeping } from './archivist/housekeeping-bell.ts'
import type { EngineContext } from './engine.ts'
import { type BellGroup, groupBells, reportUnreadable, serveGroup, settleKept } from './serve-bells.ts'
import { sweepLedger } from './sweep.ts'

export interface LedgerLoopOptions {
  /** Shards that are served at once; default 4. The pool needs two connections for each. */
  concurrency?: number
  /** Time between sweeps; default 60,000. */
  sweepMs?: number
  /** Of one long poll; default 20. */
  waitSeconds?: number
}

export interface LedgerLoop {
  /** Receives no more, and resolves when what was being served is finished. */
  stop(): Promise<void>
}

const retryMs = 1_000

/**
 * The engines of `npm start`: follows the ledger's queue, several shards at once. A sweep comes first, since a local queue
 * begins empty, and then every minute and after an outage. It goes on by itself after the queue or PostgreSQL were away.
 */
export const startLedger = (context: EngineContext, options: LedgerLoopOptions = {}): LedgerLoop => {
  const { concurrency = 4, sweepMs = 60_000, waitSeconds = 20 } = options
  const { queue, log } = context
  const stopping = new AbortController()
  const { signal } = stopping
  const running = new Set<Promise<void>>()
  let sweepAt = Number.NEGATIVE_INFINITY

  const untilFewerThan = async (count: number): Promise<void> => {
    while (running.size >= count) await Promise.race(running)
  }

  const serve = async (group: BellGroup): Promise<void> => {
    const answer = await serveGroup(context, group)
    if (answer !== undefined) await settleKept(queue, group.messages, answer.afterSeconds)
    // a bell that cannot be taken away comes again, which does no harm
    else await queue.acknowledge(group.messages).catch(() => {})
  }

  const start = (group: BellGroup): void => {
    const served = serve(group).finally(() => running.delete(served))
    running.add(served)
  }

  const sweepWhenDue = async (): Promise<void> => {
    if (performance.now() < sweepAt) return
    await sweepLedger(context)
    await ringHousekeeping(queue, 'now')
    sweepAt = performance.now() + sweepMs
  }

  const once = async (): Promise<void> => {
    await sweepWhenDue()
    await untilFewerThan(concurrency)
    const { groups, unreadable } = groupBells(await queue.receive({ waitSeconds, signal }))
    for (const group of groups) {
      await untilFewerThan(concurrency)
      start(group)
    }
    reportUnreadable(context, unreadable)
    if (unreadable.length > 0) await queue.acknowledge(unreadable)
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (signal.aborted) break
        log(`ledger: ${(error as Error).message}; trying again`)
        sweepAt = Number.NEGATIVE_INFINITY
        await delay(retryMs, undefined, { signal }).catch(() => {})
      }
    }
    await untilFewerThan(1)
  }

  const ended = run()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}
