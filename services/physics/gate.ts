/**
 * Lets a renewal past the writes of this process. Each write locks a lease row FOR SHARE; while writes follow
 * each other without a break, an UPDATE of that row would wait for ever: so new ones wait while it runs.
 */
export interface Gate {
  /** Runs once no exclusive work is under way. */
  pass<T>(work: () => Promise<T>): Promise<T>
  /** One at a time; what has passed already goes on beside it. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
}

export const createGate = (): Gate => {
  let closed: Promise<void> | undefined
  return {
    pass: async (work) => {
      while (closed !== undefined) await closed
      return work()
    },
    exclusive: async (work) => {
      while (closed !== undefined) await closed
      const { promise, resolve } = Promise.withResolvers<void>()
      closed = promise
      try {
        return await work()
      } finally {
        closed = undefined
        resolve()
      }
    },
  }
}
