import { expect, test } from 'vitest'
import { localPrincipal } from '#platform/auth/principal'
import { type ApiRequest, createDispatch } from '#platform/http/dispatch'
import { HttpProblem } from '#platform/http/problem'
import type { Route } from '#platform/http/route'
import type { LogFields } from '#platform/telemetry/log'
import { prometheusMetrics } from '#platform/telemetry/prometheus'
import { createObserver } from './observe.ts'

const route = (method: Route<object>['method'], operationId: string, status: number): Route<object> => ({
  ...{ method, path: `/${operationId}`, operationId, summary: '', responses: {} },
  handle: async () => {
    if (status === 429) throw new HttpProblem(429, 'Too many requests', 'slower')
    return { status, body: {} }
  },
})

const stage = () => {
  const metrics = prometheusMetrics('api')
  const lines: { line: string; fields: LogFields | undefined }[] = []
  const dispatch = createDispatch({
    routes: [route('POST', 'make', 200), route('POST', 'flood', 429), route('GET', 'look', 200)],
    context: {},
    reportFault: () => {},
    observe: createObserver({ metrics, access: (line, fields) => lines.push({ line, fields }) }),
  })
  const request = (method: string, path: string): ApiRequest => ({
    ...{ method, path, query: {}, body: undefined, headers: { 'x-request-id': 'r-1' } },
    principal: { ...localPrincipal, subject: 'hash-of-somebody', tenantId: 'acme' },
  })
  return { dispatch, metrics, lines, request }
}

test('writes are counted and timed by operation, reads are not, and limits are counted for both', async () => {
  const { dispatch, metrics, request } = stage()
  await dispatch(request('POST', '/make'))
  await dispatch(request('POST', '/make'))
  await dispatch(request('POST', '/flood'))
  await dispatch(request('GET', '/look'))
  await dispatch(request('POST', '/nowhere'))
  const samples = (await metrics.text()).split('\n').filter((line) => !line.startsWith('#'))
  const of = (name: string) => samples.filter((line) => line.startsWith(name))
  expect(of('orrery_ingest_requests_total')).toEqual([
    'orrery_ingest_requests_total{operation="make",status="200",service="api"} 2',
    'orrery_ingest_requests_total{operation="flood",status="429",service="api"} 1',
  ])
  expect(of('orrery_ingest_latency_ms_count')).toEqual([
    'orrery_ingest_latency_ms_count{service="api",operation="make"} 2',
    'orrery_ingest_latency_ms_count{service="api",operation="flood"} 1',
  ])
  expect(of('orrery_rate_limited_total')).toEqual(['orrery_rate_limited_total{service="api"} 1'])
})

test('each answer has a line that says who asked for what, and nothing of what was sent', async () => {
  const { dispatch, lines, request } = stage()
  await dispatch({ ...request('POST', '/make'), body: '{"secret":"of the client"}' })
  await dispatch(request('GET', '/nowhere?token=abc'))
  expect(lines.map(({ line }) => line)).toEqual(['POST make 200', 'GET none 404'])
  expect(lines[0]!.fields).toEqual({
    ...{ level: 'info', operation: 'make', status: 200, ms: expect.any(Number), requestId: 'r-1' },
    ...{ traceparent: expect.stringMatching(/^00-/), tenant: 'acme', subject: 'hash-of-somebody' },
  })
  expect(JSON.stringify(lines)).not.toMatch(/secret|token=/)
})
