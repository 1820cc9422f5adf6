import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateLimit, RateLimiter } from '#platform/limits/rate-limiter'

export interface RateLimiterTraits {
  /** What is taken may be used so much later. */
  slackMs: number
  /** Processes that share the buckets. */
  processes: number
  numRuns: number
}

const limits = fc.record({
  requestsPerSecond: fc.oneof(
    fc.integer({ min: 1, max: 500 }),
    fc.double({ min: 0.01, max: 5, noNaN: true }),
  ),
  burst: fc.integer({ min: 65, max: 300 }),
})
const costs = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 65 }))
const startMs = 1_795_000_000_000

/** What every adapter of RateLimiter does; `open` answers the limiter of one process, on the given clock. */
export const describeRateLimiter = (
  name: string,
  open: (nowMs: () => number) => RateLimiter,
  { slackMs, processes, numRuns }: RateLimiterTraits,
): void => {
  describe(`rate limiter: ${name}`, () => {
    it('never admits more than the burst and what has been refilled since, over any stretch', async () => {
      const wait = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 }))
      const step = fc.record({ wait, cost: costs, process: fc.nat({ max: processes - 1 }) })
      await fc.assert(
        fc.asyncProperty(limits, fc.array(step, { minLength: 20, maxLength: 200 }), async (limit, steps) => {
          let now = startMs
          const tenant = randomUUID()
          const limiters = Array.from({ length: processes }, () => open(() => now))
          const admitted: Admitted[] = []
          for (const { wait, cost, process } of steps) {
            now += wait
            if ((await limiters[process]!.take(tenant, cost, limit)).admitted)
              admitted.push({ atMs: now, cost })
          }
          expectWithin(limit, admitted, slackMs)
        }),
        { numRuns },
      )
    })

    it('admits after the time that it named what it refused', async () => {
      await fc.assert(
        fc.asyncProperty(limits, costs, fc.integer({ min: 0, max: 999 }), async (limit, cost, offsetMs) => {
          let now = startMs + offsetMs
          const tenant = randomUUID()
          const limiter = open(() => now)
          let taken = await limiter.take(tenant, cost, limit)
          while (taken.admitted) taken = await limiter.take(tenant, cost, limit)
          expect(taken.retryAfterMs).toBeGreaterThan(0)
          now += taken.retryAfterMs
          expect(await limiter.take(tenant, cost, limit)).toEqual({ admitted: true })
        }),
        { numRuns },
      )
    })

    it('admits whoever keeps to the rate, however long', async () => {
      for (const requestsPerSecond of [1, 3, 7, 40]) {
        let now = startMs
        const limiter = open(() => now)
        const tenant = randomUUID()
        for (let request = 0; request < 300; request++) {
          now = startMs + Math.ceil((request * 1_000) / requestsPerSecond)
          const taken = await limiter.take(tenant, 1, { requestsPerSecond, burst: 65 })
          expect(taken).toEqual({ admitted: true })
        }
      }
    })

    it('is full at first, and each tenant has a bucket of its own', async () => {
      const limiter = open(() => startMs)
      const [a, b] = [randomUUID(), randomUUID()]
      const limit = { requestsPerSecond: 10, burst: 70 }
      expect(await limiter.take(a, 70, limit)).toEqual({ admitted: true })
      expect(await limiter.take(a, 1, limit)).toEqual({ admitted: false, retryAfterMs: 100 })
      expect(await limiter.take(b, 70, limit)).toEqual({ admitted: true })
      await expect(limiter.take(b, 71, limit)).rejects.toThrow(RangeError)
    })

    it('takes a limit that has changed from that call on', async () => {
      const limiter = open(() => startMs)
      const tenant = randomUUID()
      expect(await limiter.take(tenant, 100, { requestsPerSecond: 10, burst: 100 })).toEqual({
        admitted: true,
      })
      expect(await limiter.take(tenant, 100, { requestsPerSecond: 10, burst: 200 })).toEqual({
        admitted: true,
      })
      expect((await limiter.take(tenant, 1, { requestsPerSecond: 10, burst: 200 })).admitted).toBe(false)
    })
  })
}

interface Admitted {
  atMs: number
  cost: number
}

export const expectWithin = (limit: RateLimit, admitted: Admitted[], slackMs: number): void => {
  for (const [first, { atMs: from }] of admitted.entries()) {
    let sum = 0
    for (const { atMs, cost } of admitted.slice(first)) {
      sum += cost
      const most = limit.burst + (limit.requestsPerSecond * (atMs - from + slackMs)) / 1_000
      expect(sum).toBeLessThanOrEqual(most + 1e-6)
    }
  }
}
