import type { LedgerSettings } from '#ledger/settings'
import type { BodyColumns } from './cut.ts'
import { cutTicking } from './cut.ts'
import type { Lease } from './lease.ts'
import type { RetryOptions } from './retry.ts'
import type { Simulation } from './simulation.ts'

/** What one step made of the bodies that tick, anchored ones included. */
export interface TickBatch {
  tick: number
  /** The last event applied. */
  toSeq: number
  /** Traceparents of what made the events applied in it, each once; 100 at most. */
  traces: readonly string[]
  bodies: BodyColumns
  /** That held in this tick. */
  settings: LedgerSettings
}

/** Takes the batches of one world in the order of their ticks, each after its tick is durable. */
export interface TickSink {
  /** Resolves when there is room for the next one. A tick that was published before is ignored. */
  publish(batch: TickBatch): Promise<void>
  /** Resolves when what was published is stored. */
  flush(): Promise<void>
}

/** What a sink writes under. */
export interface SinkWorld {
  lease: Lease
  /** Ends its attempts. */
  retry: RetryOptions
  /** Called with what ends its work. */
  fail: (error: unknown) => void
}

export type OpenTickSink = (world: SinkWorld) => TickSink

/** Which ticks of a world its sink has. */
export interface TickSinks {
  open: OpenTickSink
  /** The last tick of a world that is stored; it needs all after it. */
  storedTo(worldId: string): Promise<number>
}

/** Of the tick that was made last, which was a step. undefined where nobody takes it, or nothing ticks. */
export const tickBatch = (simulation: Simulation, traces: readonly string[]): TickBatch | undefined => {
  const { tick, seq: toSeq, bodies, settings } = simulation
  const { ledger } = settings
  if (ledger.producer !== 'physics' || ledger.layers.length === 0) return undefined
  // f of a soft floor counts bodies of activity 0 as well
  const ticking = cutTicking(bodies, ledger.weight.function === 'softFloor')
  return ticking.count === 0 ? undefined : { tick, toSeq, traces, bodies: ticking, settings: ledger }
}
