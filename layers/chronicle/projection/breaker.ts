/** The state of a circuit breaker, as all processes share it. */
export interface BreakerState {
  /** In a row. */
  failures: number
  /** Open until then. */
  retryAt: Date | null
}

export interface BreakerOptions {
  failureLimit: number
  openMs: number
  longestOpenMs: number
}

/** closed: work; open: leave it; half-open: try once. */
export type BreakerPosition = 'closed' | 'open' | 'half-open'

export const breakerPosition = (state: BreakerState, limit: number, now: Date): BreakerPosition => {
  if (state.failures < limit) return 'closed'
  return state.retryAt !== null && state.retryAt > now ? 'open' : 'half-open'
}

/** After one more failure: with `failureLimit` in a row it opens, for twice as long each time. */
export const afterFailure = (failures: number, options: BreakerOptions, now: Date): BreakerState => {
  const { failureLimit, openMs, longestOpenMs } = options
  const count = failures + 1
  if (count < failureLimit) return { failures: count, retryAt: null }
  const ms = Math.min(longestOpenMs, openMs * 2 ** Math.min(count - failureLimit, 30))
  return { failures: count, retryAt: new Date(now.getTime() + ms) }
}
