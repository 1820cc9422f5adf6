/** Functions that are told something, in the order in which they came. */
export const createListeners = <T>() => {
  const listeners = new Set<{ listener: (value: T) => void }>()
  return {
    add(listener: (value: T) => void): () => void {
      const entry = { listener }
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
    tell(value: T): void {
      for (const { listener } of listeners) guarded(() => listener(value))
    },
  }
}

/** What a listener throws is its page's concern: it becomes an error that nobody caught, and the client goes on. */
export const guarded = (call: () => void): void => {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
