import type { Log } from '../telemetry/log.ts'
import { type BucketTable, drawFromBucket, readBucket } from './bucket-table.ts'
import type { RateLimit, RateLimiter, Taken } from './rate-limiter.ts'
import { takeTokens, tokenMicrosOf } from './token-bucket.ts'

export interface DynamoDbRateLimiterOptions {
  table: BucketTable
  /** Milliseconds since 1970. */
  nowMs: () => number
  /** Told when the table is away, and everybody is admitted. */
  log: Log
}

/** What this process knows and holds of a tenant's bucket. */
interface Bucket {
  /** As last seen in the table. */
  fullAtMicros: number | undefined
  /** Tokens that were taken from the table ahead of their use. */
  held: number
  /** Then what is held lapses. */
  heldUntilMs: number
  /** Of the last tokens from the table: when, how many, and how many of them ahead. */
  drawnAtMs: number
  drawn: number
  ahead: number
}

type Buckets = Map<string, Bucket>

/**
 * The buckets in a table that all processes share. A process takes ahead what it will use in half a second if it goes
 * on as it did, an eighth of the burst at most; so a busy one asks the table a few times a second, and a quiet one
 * for each request. What is held lapses after a second:
 * however many processes there are, a stretch of time admits no more than the table gave in it and the second before.
 * Where the table cannot be asked everybody is admitted, and it is asked again after five seconds.
 */
export const dynamoDbRateLimiter = (options: DynamoDbRateLimiterOptions): RateLimiter => {
  const { table, nowMs, log } = options
  const buckets: Buckets = new Map()
  let awayUntilMs = Number.NEGATIVE_INFINITY
  return {
    take: async (tenantId, cost, limit) => {
      const now = nowMs()
      // throws for a cost beyond the burst
      takeTokens(undefined, cost, limit, now)
      const bucket = bucketOf(buckets, tenantId, now)
      if (bucket.held >= cost) {
        bucket.held -= cost
        return { admitted: true }
      }
      if (now < awayUntilMs) return { admitted: true }
      try {
        return await takeFromTable({ table, tenantId, bucket, limit, now }, cost)
      } catch (error) {
        awayUntilMs = now + awayMs
        log(`the rate limits cannot be read, and all are admitted: ${(error as Error).message}`, {
          level: 'error',
        })
        return { admitted: true }
      }
    },
  }
}

const heldMs = 1_000
const aheadMs = 500
const awayMs = 5_000
// of tenants; beyond, those of whom there is nothing to know are forgotten
const sweepFrom = 10_000

const bucketOf = (buckets: Buckets, tenantId: string, now: number): Bucket => {
  let bucket = buckets.get(tenantId)
  if (bucket === undefined) {
    if (buckets.size >= sweepFrom) forgetIdle(buckets, now)
    const drawnAtMs = Number.NEGATIVE_INFINITY
    bucket = { fullAtMicros: undefined, held: 0, heldUntilMs: 0, drawnAtMs, drawn: 0, ahead: 0 }
    buckets.set(tenantId, bucket)
  }
  if (bucket.heldUntilMs <= now) bucket.held = 0
  return bucket
}

const forgetIdle = (buckets: Buckets, now: number): void => {
  for (const [tenantId, { fullAtMicros = 0, heldUntilMs }] of buckets)
    if (fullAtMicros <= now * 1_000 && heldUntilMs <= now) buckets.delete(tenantId)
}

interface Asking {
  table: BucketTable
  tenantId: string
  bucket: Bucket
  limit: RateLimit
  now: number
}

const takeFromTable = async (asking: Asking, cost: number): Promise<Taken> => {
  const { bucket, now } = asking
  const { held, heldUntilMs } = bucket
  // nobody else may count on it while we wait for the rest
  bucket.held = 0
  const missing = cost - held
  const ahead = aheadOf(asking, missing)
  if (ahead > 0 && (await draw(asking, missing + ahead))) return hold(asking, missing, ahead)
  if (await draw(asking, missing)) return hold(asking, missing, 0)
  bucket.held += held
  const retryAfterMs = waitFor(asking, missing)
  // what is held may have lapsed by then
  if (held === 0 || now + retryAfterMs < heldUntilMs) return { admitted: false, retryAfterMs }
  return { admitted: false, retryAfterMs: waitFor(asking, cost) }
}

/** Until the bucket, as last seen, holds so many tokens. */
const waitFor = ({ bucket, limit, now }: Asking, tokens: number): number => {
  const taken = takeTokens(bucket.fullAtMicros, tokens, limit, now)
  return taken.admitted ? 0 : taken.retryAfterMs
}

/** At most twice as many as the last time: one quick pair of requests is not yet a habit. */
const aheadOf = ({ bucket, limit: { burst }, now }: Asking, missing: number): number => {
  const { drawn, drawnAtMs, ahead } = bucket
  const atThisPace = Math.floor((aheadMs * drawn) / Math.max(1, now - drawnAtMs))
  return Math.min(2 * ahead + 1, atThisPace, Math.floor(burst / 8), burst - missing)
}

const hold = ({ bucket, now }: Asking, missing: number, ahead: number): Taken => {
  bucket.held += ahead
  Object.assign(bucket, { heldUntilMs: now + heldMs, drawnAtMs: now, drawn: missing + ahead, ahead })
  return { admitted: true }
}

/** What was believed of the bucket can be wrong, and once more by the turn from full to not full. */
const tries = 4

/** Whether the table gave them. A bucket fills by time alone, so that even an old look at it refuses rightly. */
const draw = async ({ table, tenantId, bucket, limit, now }: Asking, tokens: number): Promise<boolean> => {
  const nowMicros = Math.floor(now) * 1_000
  const tokenMicros = tokenMicrosOf(limit)
  for (let attempt = 0; attempt < tries; attempt++) {
    if (!takeTokens(bucket.fullAtMicros, tokens, limit, now).admitted) return false
    const fullAtMicros = await drawFromBucket(table, tenantId, {
      isFull: (bucket.fullAtMicros ?? 0) < nowMicros,
      nowMicros,
      takenMicros: tokens * tokenMicros,
      burstMicros: limit.burst * tokenMicros,
    })
    bucket.fullAtMicros = fullAtMicros ?? (await readBucket(table, tenantId))
    if (fullAtMicros !== undefined) return true
  }
  throw new Error(`the bucket of ${tenantId} is never as it was read`)
}
