import type pg from 'pg'
import type { Gate } from './gate.ts'
import type { Lease } from './lease.ts'
import { type RetryOptions, retrying } from './retry.ts'
import { appendTicks, type LoggedTick } from './tick-log.ts'
import type { TickBatch, TickSink } from './tick-sink.ts'

/** Computed ticks that may wait for the database at once, and bodies in their batches (80 bytes each). */
const maxPendingTicks = 16
const maxPendingBodies = 1_000_000

/** Makes ticks durable in order, and lets their output go afterwards. */
export interface TickWriter {
  add(tick: LoggedTick, batch: TickBatch | undefined): void
  /** So many ticks are not yet durable or not yet published that the loop is to wait. */
  isFull(): boolean
  durableTick(): number
  /** Resolves when the tick is durable; rejects when the world ends before. */
  untilDurable(tick: number): Promise<void>
  /** Resolves when it is durable and the sink has its batch; rejects when the world ends before. */
  untilPublished(tick: number): Promise<void>
}

export interface TickWriterOptions extends RetryOptions {
  pool: pg.Pool
  gate: Gate
  lease: Lease
  /** undefined: nobody takes batches. */
  sink: TickSink | undefined
  /** The last tick that is durable already. */
  tick: number
  /** Called when pending ticks have gone. */
  notify: () => void
  /** Called with what ends the writing: a lost lease, or the signal's reason. */
  fail: (error: unknown) => void
}

interface Pending {
  tick: LoggedTick
  batch: TickBatch | undefined
}

export const createTickWriter = (options: TickWriterOptions): TickWriter => {
  const { pool, gate, lease, sink, notify, fail, ...retry } = options
  const queue: Pending[] = []
  const waiters: { isOver: () => boolean; resolve(): void; reject(error: unknown): void }[] = []
  let durable = options.tick
  let published = options.tick
  let writing = false

  const settle = (): void => {
    for (let at = waiters.length - 1; at >= 0; at--)
      if (waiters[at].isOver()) waiters.splice(at, 1)[0].resolve()
  }
  retry.signal.addEventListener(
    'abort',
    () => {
      for (const waiter of waiters.splice(0)) waiter.reject(retry.signal.reason)
    },
    { once: true },
  )

  const until = (isOver: () => boolean): Promise<void> => {
    if (isOver()) return Promise.resolve()
    if (retry.signal.aborted) return Promise.reject(retry.signal.reason)
    return new Promise((resolve, reject) => waiters.push({ isOver, resolve, reject }))
  }

  /** As many ticks as wait share one transaction. */
  const write = async (): Promise<void> => {
    const some = queue.slice()
    const ticks = some.map(({ tick }) => tick)
    await retrying(() => gate.pass(() => appendTicks(pool, lease, ticks)), retry)
    durable = ticks.at(-1)!.tick
    settle()
    for (const { tick, batch } of some) {
      if (batch !== undefined) await sink?.publish(batch)
      published = tick.tick
      queue.shift()
    }
    settle()
    notify()
  }

  const writeAll = async (): Promise<void> => {
    if (writing) return
    writing = true
    try {
      while (queue.length > 0) await write()
    } catch (error) {
      fail(error)
    } finally {
      writing = false
    }
  }

  return {
    add: (tick, batch) => {
      queue.push({ tick, batch })
      void writeAll()
    },
    isFull: () =>
      queue.length >= maxPendingTicks ||
      queue.reduce((bodies, { batch }) => bodies + (batch?.bodies.count ?? 0), 0) >= maxPendingBodies,
    durableTick: () => durable,
    untilDurable: (tick) => until(() => tick <= durable),
    untilPublished: (tick) => until(() => tick <= published),
  }
}
