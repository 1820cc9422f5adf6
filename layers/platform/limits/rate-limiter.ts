/** A token bucket: full at `burst`, refilled by so many tokens a second. */
export interface RateLimit {
  requestsPerSecond: number
  burst: number
}

/** Taken; or nothing was taken, and as many are there after this time, unless somebody else is quicker. */
export type Taken = { admitted: true } | { admitted: false; retryAfterMs: number }

/** The buckets of all tenants. */
export interface RateLimiter {
  /**
   * Takes `cost` tokens from the tenant's bucket, or none of them. A limit that has changed since the last call
   * holds from this one on.
   *
   * @throws RangeError for a cost beyond the burst, which no waiting would bring.
   */
  take(tenantId: string, cost: number, limit: RateLimit): Promise<Taken>
}

const pieceBytes = 64 * 1024

/** What a request costs, in tokens: 1, and one more for each 64 KiB of its body that it begins. */
export const requestCost = (bodyBytes: number): number => 1 + Math.ceil(bodyBytes / pieceBytes)
