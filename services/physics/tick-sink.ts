import { type BodyCut, cutSome } from './cut.ts'
import type { Simulation } from './simulation.ts'

/** What one tick made of the active bodies, anchored ones included. */
export interface TickBatch {
  worldId: string
  tenantId: string
  /** The fencing token of the lease under which the tick was made. */
  token: number
  tick: number
  /** The last event applied. */
  toSeq: number
  /** Traceparents of what made the events applied in it, each once; 100 at most. */
  traces: readonly string[]
  bodies: BodyCut
}

/** Takes the batches of each world in the order of their ticks, each after its tick is durable; again after a failure. */
export interface TickSink {
  publish(batch: TickBatch): Promise<void>
}

/** undefined where no body is active. */
export const tickBatch = (
  simulation: Simulation,
  token: number,
  traces: readonly string[],
): TickBatch | undefined => {
  const { worldId, tenantId, tick, seq: toSeq, bodies } = simulation
  if (bodies.active === 0) return undefined
  const indices = new Uint32Array(bodies.active)
  for (let body = 0, at = 0; body < bodies.count; body++) if (bodies.activity[body] > 0) indices[at++] = body
  return { worldId, tenantId, token, tick, toSeq, traces, bodies: cutSome(bodies, indices) }
}
