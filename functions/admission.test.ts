import { describe, expect, it } from 'vitest'
import { anonymousPrincipal, type Principal } from '#platform/auth/principal'
import type { ApiRequest } from '#platform/http/dispatch'
import { HttpProblem } from '#platform/http/problem'
import { inProcessRateLimiter } from '#platform/limits/in-process'
import { tenantLimitsJson } from '#platform/limits/tenant-limits'
import { createAdmission, type RequestLimits } from './admission.ts'

const reader: Principal = { tenantId: 'acme', subject: 'u', scopes: ['world:read'] }
const routes = ['getWorld', 'changeSettings', 'openApi'].map((operationId) => ({ operationId }))
const [getWorld, changeSettings, openApi] = routes as [
  { operationId: string },
  { operationId: string },
  { operationId: string },
]

const request = (principal: Principal, body?: string): ApiRequest => ({
  ...{ method: 'GET', path: '/', query: {}, headers: {}, body, principal },
})

const problemOf = async (admitted: Promise<void>): Promise<HttpProblem> => {
  const error = await admitted.then(
    () => expect.unreachable('it was admitted'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(HttpProblem)
  return error as HttpProblem
}

describe('a request', () => {
  const admit = createAdmission(routes)

  it('needs the scope of its route, and is told which', async () => {
    await admit(request(reader), getWorld)
    const problem = await problemOf(admit(request(reader), changeSettings))
    expect(problem).toMatchObject({ status: 403, message: expect.stringContaining('world:admin') })
    expect(problem.headers['www-authenticate']).toContain('error="insufficient_scope", scope="world:admin"')
  })

  it('needs a token, unless its route is public', async () => {
    await admit(request(anonymousPrincipal), openApi)
    const problem = await problemOf(admit(request(anonymousPrincipal), getWorld))
    expect(problem).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="orrery"' } })
  })

  it('cannot be to a route without a scope: the API does not start', () => {
    expect(() => createAdmission([...routes, { operationId: 'newcomer' }])).toThrow('newcomer')
  })
})

describe('a tenant', () => {
  let now = 1_795_000_000_000
  const lines: string[] = []
  const limits: RequestLimits = {
    limiter: inProcessRateLimiter(() => now),
    tenants: tenantLimitsJson.parse(
      '{"default": {"requestsPerSecond": 10, "burst": 100}, "tenants": {"small": {"requestsPerSecond": 1, "burst": 2, "bodyBytes": 10}}}',
    ),
    log: (line) => lines.push(line),
  }
  const admit = createAdmission(routes, limits)

  it('may send its burst, then as much as comes back, and is told when', async () => {
    for (let n = 0; n < 100; n++) await admit(request(reader), getWorld)
    const problem = await problemOf(admit(request(reader, 'x'.repeat(100_000)), getWorld))
    expect(problem).toMatchObject({ status: 429, retryAfterSeconds: 1 })
    await admit(request({ ...reader, tenantId: 'other' }), getWorld)
    now += 300
    await admit(request(reader, 'x'.repeat(100_000)), getWorld)
    expect((await problemOf(admit(request(reader), getWorld))).status).toBe(429)
  })

  it('may be held to smaller bodies', async () => {
    const small = { ...reader, tenantId: 'small' }
    await admit(request(small, 'x'.repeat(10)), getWorld)
    const problem = await problemOf(admit(request(small, 'x'.repeat(11)), getWorld))
    expect(problem).toMatchObject({ status: 413, message: expect.stringContaining('10 bytes') })
  })

  it('is let in while its limiter cannot be asked, and somebody is told', async () => {
    const away = { take: () => Promise.reject(new Error('the table is away')) }
    await createAdmission(routes, { ...limits, limiter: away })(request(reader), getWorld)
    expect(lines).toEqual([expect.stringContaining('the table is away')])
  })
})
