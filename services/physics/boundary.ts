/** Work that needs the state between two ticks: hashes and cuts. */
export interface Boundary {
  /** Runs the work at the next tick boundary and answers what it does. */
  run<T>(work: () => T | Promise<T>): Promise<T>
  /** Runs all work that waits; the loop calls it between ticks. */
  drain(): Promise<void>
  /** From now on the state does not change any more: work runs at once. Drains. */
  open(): Promise<void>
}

/** @param notify wakes the loop. */
export const createBoundary = (notify: () => void): Boundary => {
  const waiting: (() => Promise<void>)[] = []
  let isOpen = false

  const drain = async (): Promise<void> => {
    for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) await work()
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        waiting.push(async () => {
          try {
            resolve(await work())
          } catch (error) {
            reject(error)
          }
        })
        if (isOpen) void drain()
        else notify()
      }),
    drain,
    open: () => {
      isOpen = true
      return drain()
    },
  }
}
