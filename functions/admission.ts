import { anonymousPrincipal, type Principal } from '#platform/auth/principal'
import { scopeMissing, tokenMissing } from '#platform/auth/problems'
import { type ApiRequest, bodyTooLarge } from '#platform/http/dispatch'
import { HttpProblem } from '#platform/http/problem'
import type { Route } from '#platform/http/route'
import { type RateLimiter, requestCost } from '#platform/limits/rate-limiter'
import { limitOf, type TenantLimits } from '#platform/limits/tenant-limits'
import type { Log } from '#platform/telemetry/log'
import { scopeOf } from './route-scopes.ts'

export interface RequestLimits {
  limiter: RateLimiter
  tenants: TenantLimits
  /** Told where the limiter cannot be asked; the request goes on. */
  log: Log
}

/**
 * The hook `admit` of the API: a request needs its route's scope, then a body of the size that its tenant may send,
 * then as much of its tenant's rate as it costs. Without `limits` the last two are not asked. The hook throws
 * HttpProblem 401, 403, 413 and 429.
 *
 * @throws Error for a route that the table of scopes does not name.
 */
export const createAdmission = (routes: Operation[], limits?: RequestLimits) => {
  const scopes = new Map(routes.map(({ operationId }) => [operationId, scopeOf(operationId)]))
  return async ({ principal, body }: ApiRequest, { operationId }: Operation): Promise<void> => {
    const scope = scopes.get(operationId)!
    if (scope === 'public') return
    if (principal === anonymousPrincipal) throw tokenMissing()
    if (!principal.scopes.includes(scope)) throw scopeMissing(scope)
    if (limits !== undefined) await takeFromLimit(limits, principal, Buffer.byteLength(body ?? ''))
  }
}

type Operation = Pick<Route<never>, 'operationId'>

const takeFromLimit = async (
  { limiter, tenants, log }: RequestLimits,
  { tenantId }: Principal,
  bodyBytes: number,
): Promise<void> => {
  const limit = limitOf(tenants, tenantId)
  if (bodyBytes > limit.bodyBytes) throw bodyTooLarge(limit.bodyBytes)
  const taken = await limiter.take(tenantId, requestCost(bodyBytes), limit).catch((error: Error) => {
    // a limiter that is away must not keep writes out: the gateway's own throttling still holds
    log(`the rate limiter cannot be asked: ${error.message}`, { level: 'error' })
  })
  if (taken?.admitted === false) throw tooManyRequests(taken.retryAfterMs)
}

const tooManyRequests = (retryAfterMs: number): HttpProblem => {
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1_000)
  const detail = `Your tenant sends more than it may; send the request again after ${retryAfterSeconds} s.`
  return new HttpProblem(429, 'Too many requests', detail, { retryAfterSeconds })
}
