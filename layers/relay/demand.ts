import type { Queue } from '#platform/queue/queue'

/** Why the number of physics tasks may no longer be right. For people who read the log: the scaler counts anyway. */
export type DemandReason =
  /** A world that needs a task and that nobody holds has changed. */
  | 'activation'
  /** A world that nobody holds is asked about. */
  | 'asked'
  /** A physics task has started. */
  | 'start'
  /** A world that a task holds has begun or ended to move. */
  | 'activity'
  /** A task holds no world any more. */
  | 'idle'
  /** From time to time, in case that all else failed. */
  | 'sweep'

/** Has the physics tasks counted anew: see functions/physics-scaler. */
export interface DemandBell {
  /**
   * Resolves when it is sure that the worlds will be counted after whatever was committed before this call.
   *
   * @throws what the queue throws
   */
  ring(reason: DemandReason, worldId?: string): Promise<void>
}

export interface DemandBellOptions {
  /** Standard: its messages are `{ reason, worldId }`. */
  queue: Queue
  /** Monotonic, milliseconds. */
  nowMs: () => number
  /** Between two messages about one world; default 5,000. */
  quietMs?: number
}

/**
 * Rings are coalesced for each world: within the quiet time after a message one more is sent, delayed to its end,
 * and stands for all rings until it comes.
 */
export const createDemandBell = ({ queue, nowMs, quietMs = 5_000 }: DemandBellOptions): DemandBell => {
  /** The earliest time at which the last message about a world can be received. */
  const comesAtMs = new Map<string, number>()
  return {
    ring: async (reason, worldId) => {
      const key = worldId ?? ''
      const now = nowMs()
      const lastMs = comesAtMs.get(key) ?? Number.NEGATIVE_INFINITY
      if (lastMs > now) return
      const nextMs = Math.max(now, lastMs + quietMs)
      const delaySeconds = Math.ceil((nextMs - now) / 1_000)
      await queue.send({ body: JSON.stringify({ reason, worldId }), delaySeconds })
      forgetQuiet(comesAtMs, now - quietMs)
      comesAtMs.set(key, nextMs)
    },
  }
}

const forgetQuiet = (comesAtMs: Map<string, number>, beforeMs: number): void => {
  if (comesAtMs.size < 10_000) return
  for (const [key, atMs] of comesAtMs) if (atMs < beforeMs) comesAtMs.delete(key)
}
