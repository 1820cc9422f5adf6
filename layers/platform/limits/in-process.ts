import type { RateLimiter } from './rate-limiter.ts'
import { takeTokens } from './token-bucket.ts'

// of tenants; beyond, those whose bucket is full again are forgotten, which changes nothing for them
const sweepFrom = 10_000

/** The buckets in the memory of this process, for one that serves alone. `nowMs`: milliseconds since 1970. */
export const inProcessRateLimiter = (nowMs: () => number): RateLimiter => {
  const buckets = new Map<string, number>()
  return {
    take: async (tenantId, cost, limit) => {
      const now = nowMs()
      if (buckets.size > sweepFrom) forgetFull(buckets, now)
      const { fullAtMicros, ...taken } = takeTokens(buckets.get(tenantId), cost, limit, now)
      buckets.set(tenantId, fullAtMicros)
      return taken
    },
  }
}

const forgetFull = (buckets: Map<string, number>, nowMs: number): void => {
  for (const [tenantId, fullAtMicros] of buckets) if (fullAtMicros <= nowMs * 1_000) buckets.delete(tenantId)
}
