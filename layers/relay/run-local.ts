import { setTimeout as delay } from 'node:timers/promises'
import type { ReceivedMessage } from '#platform/queue/queue'
import type { RelayContext } from './relay.ts'
import { bothReplays, groupDoorbells, serveWorld, type WorldRing } from './serve-doorbells.ts'
import { sweep } from './sweep.ts'

export interface RelayLoopOptions {
  /** Worlds that are served at once; default 8. The pool needs a connection for each destination of each. */
  concurrency?: number
  /** Time between sweeps; default 300,000. */
  sweepMs?: number
  /** Of one long poll; default 20. */
  waitSeconds?: number
}

export interface RelayLoop {
  /** Receives no more, and resolves when what was being served is finished. */
  stop(): Promise<void>
}

const retryMs = 1_000

/**
 * The relay of `npm start`: follows the doorbell queue and serves the worlds, several at once. It goes on by
 * itself after the queue or PostgreSQL were away; since a local queue that was away has forgotten its
 * messages, a sweep follows.
 */
export const startRelay = (context: RelayContext, options: RelayLoopOptions = {}): RelayLoop => {
  const { concurrency = 8, sweepMs = 300_000, waitSeconds = 20 } = options
  const stopping = new AbortController()
  const worlds = createWorldQueue(context)
  let sweepAt = Number.NEGATIVE_INFINITY

  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {})

  const sweepWhenDue = async (): Promise<void> => {
    if (context.monotonicMs() < sweepAt) return
    await sweep(context)
    sweepAt = context.monotonicMs() + sweepMs
  }

  const once = async (): Promise<void> => {
    await sweepWhenDue()
    await worlds.untilFewerThan(concurrency)
    const messages = await context.doorbell.receive({ waitSeconds, signal: stopping.signal })
    const { rings, unreadable } = groupDoorbells(messages)
    for (const ring of rings) worlds.add(ring)
    if (unreadable.length > 0) await context.doorbell.acknowledge(unreadable)
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (stopping.signal.aborted) break
        context.log(`relay: ${error instanceof Error ? error.message : String(error)}; trying again`)
        sweepAt = Number.NEGATIVE_INFINITY
        await pause(retryMs)
      }
    }
    await worlds.untilFewerThan(1)
  }

  const ended = run()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}

/** Each world in turn with itself, worlds beside each other. */
const createWorldQueue = (context: RelayContext) => {
  const running = new Map<string, Promise<void>>()
  const waiting = new Map<string, WorldRing>()

  const serve = async (first: WorldRing): Promise<void> => {
    for (let ring: WorldRing | undefined = first; ring !== undefined; ) {
      const answer = await serveWorld(context, ring)
      await settle(context, ring.messages, answer.status === 'served' ? undefined : answer.afterSeconds)
      ring = waiting.get(first.worldId)
      waiting.delete(first.worldId)
    }
    running.delete(first.worldId)
  }

  return {
    /** A world that is being served is served again afterwards, without a round trip of its doorbell. */
    add: (ring: WorldRing): void => {
      if (!running.has(ring.worldId)) {
        running.set(ring.worldId, serve(ring))
        return
      }
      const next = waiting.get(ring.worldId)
      if (next === undefined) waiting.set(ring.worldId, ring)
      else {
        next.messages.push(...ring.messages)
        next.replayDead = bothReplays(next.replayDead, ring.replayDead)
      }
    },
    untilFewerThan: async (count: number): Promise<void> => {
      while (running.size >= count) await Promise.race(running.values())
    },
  }
}

/** Acknowledges or postpones; a doorbell for which that fails comes again, which does no harm. */
const settle = async (
  { doorbell }: RelayContext,
  messages: ReceivedMessage[],
  postponeSeconds: number | undefined,
): Promise<void> => {
  if (postponeSeconds === undefined) await doorbell.acknowledge(messages).catch(() => {})
  else
    await Promise.all(messages.map((message) => doorbell.postpone(message, postponeSeconds).catch(() => {})))
}
