import { setTimeout as delay } from 'node:timers/promises'
import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import { createLagGauge } from '#platform/telemetry/consumer-lag'
import { type Metrics, noMetrics } from '#platform/telemetry/metrics'
import type { EventBatch } from '#world/event'
import { catchUp } from './catch-up.ts'
import { type ConsumerContext, consumeBatch } from './consumer.ts'
import { readConsumerLag } from './consumer-lag.ts'

export interface ConsumerLoopContext extends ConsumerContext {
  /** FIFO, group = world. */
  queue: Queue
  log: (line: string) => void
  /** Told how far the consumer is behind; default: nothing is measured. */
  metrics?: Metrics | undefined
  /** Of one long poll; default 20. */
  waitSeconds?: number
}

export interface ConsumerLoop {
  /** Receives no more, and resolves when what was received is applied. */
  stop(): Promise<void>
}

const retryMs = 1_000
// it reads the row of every world
const measureMs = 5_000

/**
 * Follows a queue for one ordered consumer: first catches up with the log, then applies each batch and
 * acknowledges it. A batch that fails is shown again, later each time; other worlds go on. Outages of the
 * queue or of PostgreSQL end by themselves.
 */
export const startConsumer = (context: ConsumerLoopContext): ConsumerLoop => {
  const { queue, log, waitSeconds = 20 } = context
  const stopping = new AbortController()
  const { signal } = stopping
  const acknowledging = new Set<Promise<void>>()
  const measureLag = createLagMeter(context)
  let isCaughtUp = false

  // the next receive need not wait for it; a message for which it fails comes again and is behind its cursor
  const acknowledge = (message: ReceivedMessage): void => {
    const done = queue
      .acknowledge([message])
      .catch(() => {})
      .finally(() => acknowledging.delete(done))
    acknowledging.add(done)
  }

  const once = async (): Promise<void> => {
    if (!isCaughtUp) {
      const { failures } = await catchUp(context)
      for (const { worldId, error } of failures) log(`${context.consumer.name}: world ${worldId}: ${error}`)
      isCaughtUp = failures.length === 0
    }
    const received: Received[] = []
    for (const message of await queue.receive({ waitSeconds, signal })) {
      const batch = readBatch(message.body)
      if (batch !== undefined) received.push({ message, batch })
      else acknowledge(message)
    }
    await Promise.all(byWorld(received).map((ofWorld) => consumeInTurn(context, ofWorld, acknowledge)))
    await measureLag(received.length > 0)
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (signal.aborted) break
        log(`${context.consumer.name}: ${error instanceof Error ? error.message : String(error)}`)
        isCaughtUp = false
        await delay(retryMs, undefined, { signal }).catch(() => {})
      }
    }
    await Promise.all(acknowledging)
  }

  const ended = run()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}

/** Measures how far the consumer is behind, from time to time, while something may have changed. */
const createLagMeter = ({ pool, consumer, metrics = noMetrics }: ConsumerLoopContext) => {
  const setLag = createLagGauge(metrics, consumer.name)
  let dueAt = Number.NEGATIVE_INFINITY
  let mayLag = true
  return async (hasReceived: boolean): Promise<void> => {
    mayLag ||= hasReceived
    if (metrics === noMetrics || !mayLag || performance.now() < dueAt) return
    const lags = await readConsumerLag(pool, consumer.name)
    setLag(lags)
    mayLag = lags.length > 0
    dueAt = performance.now() + measureMs
  }
}

interface Received {
  message: ReceivedMessage
  batch: EventBatch
}

/** A message that is no batch cannot be applied by anybody; what it may have carried is in the log. */
const readBatch = (body: string): EventBatch | undefined => {
  try {
    return JSON.parse(body) as EventBatch
  } catch {
    return undefined
  }
}

const byWorld = (received: Received[]): Received[][] => [
  ...Map.groupBy(received, ({ batch }) => batch.worldId).values(),
]

const consumeInTurn = async (
  context: ConsumerLoopContext,
  received: Received[],
  acknowledge: (message: ReceivedMessage) => void,
): Promise<void> => {
  const { queue, log } = context
  for (const { message, batch } of received) {
    try {
      await consumeBatch({ ...context, batch })
    } catch (error) {
      log(error instanceof Error ? error.message : String(error))
      await queue.postpone(message, Math.min(60, 2 ** Math.min(message.receiveCount - 1, 6))).catch(() => {})
      return
    }
    acknowledge(message)
  }
}
