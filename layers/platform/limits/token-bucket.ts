import type { RateLimit, Taken } from './rate-limiter.ts'

/** Time in which the bucket gains a token; rounded up: it refills slower by some millionths rather than faster. */
export const tokenMicrosOf = ({ requestsPerSecond }: RateLimit): number => Math.ceil(1e6 / requestsPerSecond)

/**
 * Takes from a bucket by the generic cell rate algorithm (ITU-T I.371): the whole state of a bucket is one number,
 * the time in whole microseconds since 1970 at which it will be full, so a store can swap it in one conditional
 * write. A bucket that was never used, or not for long, is one that is full already: undefined, or any time past.
 * All numbers are integers below 2^53, hence exact. Never admits more than burst + rate × time, and what it
 * refuses is admitted after `retryAfterMs`, if nobody else takes meanwhile.
 *
 * @throws RangeError for a cost beyond the burst.
 */
export const takeTokens = (
  fullAtMicros: number | undefined,
  cost: number,
  limit: RateLimit,
  nowMs: number,
): Taken & { fullAtMicros: number } => {
  if (cost > limit.burst) throw new RangeError(`a cost of ${cost} is beyond the burst, ${limit.burst}`)
  const tokenMicros = tokenMicrosOf(limit)
  const nowMicros = Math.floor(nowMs) * 1_000
  const before = Math.max(fullAtMicros ?? 0, nowMicros)
  const after = before + cost * tokenMicros
  const excessMicros = after - nowMicros - limit.burst * tokenMicros
  if (excessMicros <= 0) return { admitted: true, fullAtMicros: after }
  return { admitted: false, retryAfterMs: Math.ceil(excessMicros / 1_000), fullAtMicros: before }
}
