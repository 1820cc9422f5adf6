import { drive } from '#platform/arrays/drive'
import type { Boundary } from './boundary.ts'
import type { Checkpointed } from './checkpoint.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { Lease } from './lease.ts'
import type { Pace } from './pace.ts'
import { type Simulation, simulationBytes } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import { isActive } from './tick.ts'

export interface PhysicsStatus {
  worldId: string
  tick: number
  seq: number
  bodies: number
  /** Bodies of activity > 0. */
  active: number
  paused: boolean
  /** Median of recent ticks. */
  tickMs: number
  ticksPerSecond: number
  /** How many times slower than wanted simulated time passes; 1 when it keeps pace. */
  slowdown: number
  memoryBytes: number
  /** The log's head, as far as it is known here, less what is applied. */
  lagEvents: number
  stateHash: string
  leaseToken: number
  /** The newest; null while the first is being written. */
  checkpoint: Checkpointed | null
}

/** How many times slower than wanted simulated time passes; 1 when it keeps pace, or stands still. */
export const slowdownOf = (simulation: Simulation, pace: Pace, nowMs: number): number => {
  const reached = pace.ticksPerSecond(nowMs)
  if (!isActive(simulation) || reached === 0) return 1
  return Math.max(1, simulation.settings.physics.ticksPerSecond / reached)
}

export interface StatusOptions {
  simulation: Simulation
  lease: Lease
  boundary: Boundary
  pace: Pace
  checkpointer: Checkpointer
  lagEvents: () => number
  nowMs: () => number
  signal: AbortSignal
}

/** Answers the status at the next tick boundary. */
export const createStatus = (options: StatusOptions): (() => Promise<PhysicsStatus>) => {
  const { simulation, lease, boundary, pace, checkpointer, lagEvents, nowMs, signal } = options
  let hash: { tick: number; seq: number; value: string } | undefined

  const currentHash = async (): Promise<string> => {
    const { tick, seq, bodies, gamma } = simulation
    if (hash?.tick !== tick || hash.seq !== seq)
      hash = { tick, seq, value: await drive(stateHash(bodies, tick, seq, gamma), signal) }
    return hash.value
  }

  const read = async (): Promise<PhysicsStatus> => {
    const { tick, seq, bodies, settings } = simulation
    const now = nowMs()
    return {
      ...{ worldId: lease.worldId, tick, seq, bodies: bodies.count, active: bodies.active },
      paused: settings.physics.paused,
      tickMs: pace.tickMs(),
      ticksPerSecond: pace.ticksPerSecond(now),
      slowdown: slowdownOf(simulation, pace, now),
      memoryBytes: simulationBytes(simulation),
      lagEvents: lagEvents(),
      stateHash: await currentHash(),
      leaseToken: lease.token,
      checkpoint: checkpointer.last(),
    }
  }
  return () => boundary.run(read)
}
