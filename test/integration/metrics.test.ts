import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { metricNames } from '#platform/telemetry/names'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'

let dataDir: string
let stack: Stack
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-metrics-'))
  stack = await startStack({ dataDir, port: 0, log: () => {} })
})
afterAll(async () => {
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const ingest = (id: string): Promise<Response> =>
  fetch(`${stack.url}/eustress/ingest/entity`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      space_name: 'measured',
      entity: { id, position: [1, 2, 3], parameters: { activity: 0.5, mass: 2 } },
    }),
  })

const read = async (): Promise<string> => (await fetch(`${stack.url}/metrics`)).text()

/** The sum of a metric's series; undefined where it has none. */
const sumOf = (text: string, name: string): number | undefined => {
  const series = text.split('\n').filter((line) => line.startsWith(`${name}{`))
  return series.length === 0
    ? undefined
    : series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

test('every metric of the table is there after a short run, and says what happened', async () => {
  for (const id of ['lamp', 'star']) expect((await ingest(id)).status).toBe(200)
  const throughCache = `${stack.url}/worlds/measured/entities/lamp?maxStaleMs=60000`
  for (let read = 0; read < 2; read++) expect((await fetch(throughCache)).status).toBe(200)
  const text = await until(
    'all is published, ticks and is committed',
    async () => {
      const now = await read()
      const isDone =
        (sumOf(now, 'orrery_tick_ms_count') ?? 0) >= 3 &&
        (sumOf(now, 'orrery_commit_ms_count') ?? 0) >= 1 &&
        sumOf(now, 'orrery_ledger_lag_ticks') !== undefined &&
        sumOf(now, 'orrery_consumer_lag_events') === 0 &&
        sumOf(now, 'orrery_relay_oldest_unpublished_ms') === 0
      return isDone ? now : undefined
    },
    60_000,
  )
  for (const name of metricNames) {
    expect(text.match(new RegExp(`^# TYPE ${name} `, 'gm')), name).toHaveLength(1)
    expect(sumOf(text, name) ?? sumOf(text, `${name}_count`), name).toBeDefined()
  }
  expect(text).toContain(
    'orrery_ingest_requests_total{operation="ingestEntity",status="200",service="api"} 2',
  )
  expect(sumOf(text, 'orrery_ingest_latency_ms_count')).toBe(2)
  // the world itself is an event too
  expect(sumOf(text, 'orrery_ingest_events_total')).toBe(3)
  expect(sumOf(text, 'orrery_octree_bodies')).toBe(2)
  expect(sumOf(text, 'orrery_octree_bytes')).toBeGreaterThan(0)
  expect(sumOf(text, 'orrery_hydration_ms_count')).toBe(1)
  expect(text).toMatch(
    /^orrery_consumer_lag_events\{consumer="physics",world="[0-9a-f-]{36}",service="physics"\} 0$/m,
  )
  for (const name of ['orrery_dead_letters', 'orrery_overflow_waiting', 'orrery_rate_limited_total'])
    expect(sumOf(text, name), name).toBe(0)
})

test('a page of another site is not shown them', async () => {
  const response = await fetch(`${stack.url}/metrics`, { headers: { origin: 'http://elsewhere.example' } })
  expect(response.status).toBe(403)
  expect(await response.text()).not.toContain('orrery_')
})

test('the physics process is found again after it was killed', { timeout: 60_000 }, async () => {
  const isShown = (text: string) => sumOf(text, 'orrery_octree_bodies') !== undefined
  const pid = stack.physics.pid()!
  process.kill(pid, 'SIGKILL')
  await until('it is left out', async () => !isShown(await read()))
  await until('it is there again', async () => stack.physics.pid() !== pid && isShown(await read()), 40_000)
})
