import type { Answered } from '#platform/http/dispatch'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'

export interface ObserverOptions {
  metrics: Metrics
  /** Gets one line for each answer: who asked for what, and how it ended; nothing of what was sent. */
  access?: Log | undefined
}

/** What the API's dispatch tells of each answer, measured and logged. Requests of other methods than GET write. */
export const createObserver =
  ({ metrics, access }: ObserverOptions) =>
  <Context>({ request, route, origin, status, ms }: Answered<Context>): void => {
    const operation = route?.operationId ?? 'none'
    if (route !== undefined && route.method !== 'GET') {
      metrics.count('orrery_ingest_requests_total', 1, { operation, status: String(status) })
      metrics.observe('orrery_ingest_latency_ms', ms, { operation })
    }
    if (status === 429) metrics.count('orrery_rate_limited_total', 1)
    const { requestId, traceparent, tenantId: tenant, subject } = origin
    access?.(`${request.method} ${operation} ${status}`, {
      ...{ level: 'info', operation, status, ms: Math.round(ms * 10) / 10 },
      ...{ requestId, traceparent, tenant, subject },
    })
  }
