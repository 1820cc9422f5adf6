import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inProcessRateLimiter } from './in-process.ts'
import { requestCost } from './rate-limiter.ts'
import { tenantLimitsJson } from './tenant-limits.ts'

const limits = fc.record({
  requestsPerSecond: fc.oneof(
    fc.integer({ min: 1, max: 500 }),
    fc.double({ min: 0.01, max: 5, noNaN: true }),
  ),
  burst: fc.integer({ min: 65, max: 300 }),
})
const costs = fc.integer({ min: 1, max: 65 })
const startMs = 1_795_000_000_000

// what it shares with other limiters: test/conformance/rate-limiter.test.ts
describe('the bucket of a tenant', () => {
  it('gives what it refused after the time that it named, and not a whole token’s time earlier', async () => {
    await fc.assert(
      fc.asyncProperty(limits, costs, fc.integer({ min: 0, max: 999 }), async (limit, cost, offsetMs) => {
        let now = startMs + offsetMs
        const limiter = inProcessRateLimiter(() => now)
        let taken = await limiter.take('t', cost, limit)
        while (taken.admitted) taken = await limiter.take('t', cost, limit)
        now += taken.retryAfterMs - 1
        expect((await limiter.take('t', cost, limit)).admitted).toBe(false)
        now += 1
        expect((await limiter.take('t', cost, limit)).admitted).toBe(true)
      }),
    )
  })
})

it('a request costs one, and one for each 64 KiB of its body that it begins', () => {
  expect([0, 1, 65_536, 65_537, 4 * 1024 * 1024].map(requestCost)).toEqual([1, 2, 2, 3, 65])
})

describe('limits as a setting', () => {
  it('has defaults', () => {
    const text = '{"default": {"requestsPerSecond": 50, "burst": 200}}'
    expect(tenantLimitsJson.parse(text)).toEqual({
      default: { requestsPerSecond: 50, burst: 200, bodyBytes: 4 * 1024 * 1024 },
      tenants: {},
    })
  })

  it.each([
    ['nonsense', 'must be JSON such as'],
    ['{}', 'default '],
    ['{"default": {"requestsPerSecond": 0, "burst": 200}}', 'default.requestsPerSecond '],
    ['{"default": {"requestsPerSecond": 1, "burst": 64}}', 'default.burst must be at least 65'],
    [
      '{"default": {"requestsPerSecond": 1, "burst": 65}, "tenants": {"a": {"requestsPerSecond": 1, "burst": 1, "bodyBytes": 100}}}',
      'tenants.a.burst must be at least 2',
    ],
    ['{"default": {"requestsPerSecond": 1, "burst": 65, "surplus": 1}}', 'default '],
  ])('refuses %s', (text, message) => {
    const parsed = tenantLimitsJson.safeParse(text)
    expect(parsed.error?.issues[0]?.message).toContain(message)
  })
})
