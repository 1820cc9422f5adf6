import { drive } from '#platform/arrays/drive'
import type { WorldEvent } from '#world/event'
import type { Boundary } from './boundary.ts'
import type { Inbox } from './inbox.ts'
import type { Pace } from './pace.ts'
import type { Signal } from './signal.ts'
import type { Simulation } from './simulation.ts'
import { isActive, runTick } from './tick.ts'
import { tickBatch } from './tick-sink.ts'
import type { TickWriter } from './tick-writer.ts'
import { tracesOf } from './traces.ts'

/** The one loop that changes a world's state. */
export interface WorldLoop {
  /** Ticks until `finish` or the signal ends it; at its end the boundary is open. */
  run(): Promise<void>
  /** Ends the loop after the tick at hand. */
  finish(): void
  /** Resolves after so many more ticks; those of a paused world that only take up events do not count. */
  step(ticks: number): Promise<void>
  /** Somebody waits for ticks. */
  isStepping(): boolean
}

export interface WorldLoopOptions {
  simulation: Simulation
  /** Somebody takes the batches of ticks. */
  makesBatches: boolean
  inbox: Inbox
  writer: TickWriter
  boundary: Boundary
  pace: Pace
  /** Notified whenever the answer to "when is the next tick?" may have changed. */
  wake: Signal
  /** The lease holds for long enough to begin a tick. */
  mayTick: () => boolean
  nowMs: () => number
  /** Ends the loop in the middle of a tick, at its next block. */
  signal: AbortSignal
  /** Called when a tick begins to take up events. */
  onEvents: () => void
  /** As of `Hydrated`. */
  traces: readonly string[]
  /** Called after each tick. */
  onTick: (tick: FinishedTick) => void
}

export interface FinishedTick {
  tick: number
  /** The last event applied. */
  toSeq: number
  /** Time that it took. */
  ms: number
  /** As of `TickBatch`. */
  traces: readonly string[]
  /** That it took up. */
  events: readonly WorldEvent[]
}

/** A world that does not tick by itself takes up events at most so often. */
const quietPeriodMs = 100

export const createWorldLoop = (options: WorldLoopOptions): WorldLoop => {
  const { simulation, makesBatches, inbox, writer, boundary, pace, wake, mayTick, nowMs, signal } = options
  const { onEvents, onTick } = options
  let carriedTraces = options.traces
  const steps: { remaining: number; done: () => void }[] = []
  let finishing = false

  /** Milliseconds until the next tick may begin; Infinity: until something happens. */
  const waitMs = (): number => {
    if (!mayTick() || writer.isFull()) return Number.POSITIVE_INFINITY
    if (isActive(simulation) || inbox.waiting() > 0) return pace.dueInMs(nowMs())
    return steps.length > 0 ? 0 : Number.POSITIVE_INFINITY
  }

  const periodMs = (): number => {
    const wantedMs = 1_000 / simulation.settings.physics.ticksPerSecond
    return isActive(simulation) ? wantedMs : Math.min(wantedMs, quietPeriodMs)
  }

  const tick = async (): Promise<void> => {
    const startMs = nowMs()
    const events = inbox.take()
    if (events.length > 0) onEvents()
    const isStep = await drive(runTick(simulation, events), signal)
    const endMs = nowMs()
    pace.record(startMs, endMs, periodMs())
    const done = { tick: simulation.tick, toSeq: simulation.seq }
    const traces = tracesOf(events, carriedTraces)
    // what no step has taken up is told with the next one
    carriedTraces = isStep ? [] : traces
    writer.add(done, makesBatches && isStep ? tickBatch(simulation, traces) : undefined)
    onTick({ ...done, ms: endMs - startMs, traces, events })
    if (events.length === 0 || isActive(simulation)) countStep()
  }

  const countStep = (): void => {
    const asked = steps[0]
    if (asked === undefined || --asked.remaining > 0) return
    steps.shift()
    asked.done()
  }

  return {
    run: async () => {
      try {
        while (!finishing && !signal.aborted) {
          await boundary.drain()
          const ms = waitMs()
          if (ms > 0) await wake.wait(ms)
          else await tick()
        }
      } finally {
        await boundary.open()
      }
    },
    finish: () => {
      finishing = true
      wake.notify()
    },
    step: (ticks) =>
      new Promise((done) => {
        steps.push({ remaining: ticks, done })
        wake.notify()
      }),
    isStepping: () => steps.length > 0,
  }
}
