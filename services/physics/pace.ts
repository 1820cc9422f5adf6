/** When ticks are due, and how fast they come; all times in milliseconds of one monotonic clock. */
export interface Pace {
  /** Time until the next tick is due; 0 or less when it is. */
  dueInMs(nowMs: number): number
  /** A tick began and ended, in a world that wants one each `periodMs`. */
  record(startMs: number, endMs: number, periodMs: number): void
  /** Median duration of recent ticks; 0 before the first. */
  tickMs(): number
  /** Reached over the recent ticks; 0 when the last was long ago. */
  ticksPerSecond(nowMs: number): number
}

const remembered = 32

export const createPace = (): Pace => {
  const recent: { start: number; end: number }[] = []
  let dueMs = Number.NEGATIVE_INFINITY

  return {
    dueInMs: (nowMs) => dueMs - nowMs,
    record: (start, end, periodMs) => {
      // a tick that was late by less than a period is made up for; one later than that slows simulated time down
      dueMs = (start - dueMs < periodMs ? dueMs : start) + periodMs
      recent.push({ start, end })
      if (recent.length > remembered) recent.shift()
    },
    tickMs: () => {
      const sorted = recent.map(({ start, end }) => end - start).sort((a, b) => a - b)
      return sorted[sorted.length >> 1] ?? 0
    },
    ticksPerSecond: (nowMs) => {
      if (recent.length < 2) return 0
      const meanMs = (recent.at(-1)!.start - recent[0].start) / (recent.length - 1)
      return nowMs - recent.at(-1)!.end > 4 * meanMs + 1_000 ? 0 : 1_000 / meanMs
    },
  }
}
