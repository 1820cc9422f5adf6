/** Wakes the one loop that waits; a notice that comes while nobody waits is kept for the next wait. */
export interface Signal {
  notify(): void
  /** Resolves at the next notice, or after `ms` at the latest (Infinity: no latest). */
  wait(ms: number): Promise<void>
}

const longestTimerMs = 2 ** 31 - 1

export const createSignal = (): Signal => {
  let noticed = false
  let wake: (() => void) | undefined
  return {
    notify: () => {
      noticed = true
      wake?.()
    },
    wait: async (ms) => {
      if (!noticed && ms > 0) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          wake = resolve
          if (ms < longestTimerMs) timer = setTimeout(resolve, ms)
        })
        clearTimeout(timer)
        wake = undefined
      }
      noticed = false
    },
  }
}
