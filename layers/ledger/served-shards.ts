import type { ReceivedMessage } from '#platform/queue/queue'

/** When this process last began to serve each shard, so that it need not for bells that had rung by then. */
export interface ServedShards {
  /** Whether the shard was served since all of these bells were sent. */
  covers(name: string, bells: readonly ReceivedMessage[]): boolean
  /** It was served, and that began then; milliseconds since 1970. */
  note(name: string, beganAtMs: number): void
}

/** Clocks of queue and process may differ by so much. */
const skewMs = 2_000

const maxShards = 100_000

/**
 * What a bell rings for is committed before it is sent, so a serve that began after that has found it. Where many segments wait
 * this spares all bells of a shard but one.
 */
export const createServedShards = (): ServedShards => {
  const began = new Map<string, number>()
  return {
    covers: (name, bells) => {
      const at = began.get(name)
      return at !== undefined && bells.every(({ sentAtMs }) => sentAtMs + skewMs < at)
    },
    note: (name, beganAtMs) => {
      began.delete(name)
      began.set(name, beganAtMs)
      if (began.size > maxShards) began.delete(began.keys().next().value!)
    },
  }
}
