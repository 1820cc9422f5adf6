import { afterEach, expect, test, vi } from 'vitest'
import { prometheusMetrics } from '#platform/telemetry/prometheus'
import { createReports, openTelemetry, type WorldMeasures } from './telemetry.ts'

afterEach(() => vi.restoreAllMocks())

const fail = (error: unknown) => {
  throw error
}
const world = (worldId: string, lagEvents: number, bodies: number): WorldMeasures => ({
  ...{ worldId, lagEvents, bodies, bytes: bodies * 100, slowdown: 1 + bodies / 10 },
})
const seriesOf = (text: string) =>
  text.split('\n').filter((line) => /^orrery_(octree|consumer|tick_slowdown)/.test(line))

test('whoever reads gets the worlds as they are held now', async () => {
  let worlds = [world('a', 3, 10), world('b', 0, 5)]
  const { text, ...metrics } = prometheusMetrics('physics')
  const reports = createReports({ metrics, text }, () => worlds)
  expect(seriesOf(await reports.text!())).toEqual([
    'orrery_consumer_lag_events{consumer="physics",world="a",service="physics"} 3',
    'orrery_consumer_lag_events{consumer="physics",world="b",service="physics"} 0',
    'orrery_tick_slowdown_ratio{service="physics"} 2',
    'orrery_octree_bodies{service="physics"} 15',
    'orrery_octree_bytes{service="physics"} 1500',
  ])
  worlds = [world('b', 1, 5)]
  expect(seriesOf(await reports.text!())).toEqual([
    'orrery_consumer_lag_events{consumer="physics",world="b",service="physics"} 1',
    'orrery_tick_slowdown_ratio{service="physics"} 1.5',
    'orrery_octree_bodies{service="physics"} 5',
    'orrery_octree_bytes{service="physics"} 500',
  ])
})

/** What a process writes that ticks once and is stopped. */
const flushedLines = async (worlds: WorldMeasures[]) => {
  const { telemetry } = await openTelemetry({ STAGE: 'test', POWERTOOLS_SERVICE_NAME: 'physics' })
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0)
  const stop = createReports(telemetry, () => worlds).start(fail)
  telemetry.metrics.observe('orrery_tick_ms', 2)
  await stop()
  vi.restoreAllMocks()
  return written.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('on AWS a process that holds worlds says so, and when it stops what is left to say', async () => {
  const lines = await flushedLines([world('a', 0, 10)])
  expect(lines).toMatchObject([
    { stage: 'test', service: 'physics', orrery_octree_bodies: 10, orrery_consumer_lag_events: 0 },
    { stage: 'test', service: 'physics', orrery_tick_ms: 2 },
  ])
  expect(lines[1]).not.toHaveProperty('orrery_octree_bodies')
})

test('on AWS a process without worlds says nothing of them', async () => {
  expect(await flushedLines([])).toMatchObject([{ orrery_tick_ms: 2 }])
})

test('a process of one’s own machine answers GET /metrics, and speaks in lines', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { log, telemetry } = await openTelemetry({ STAGE: '' })
  expect(await telemetry.text!()).toContain('orrery_octree_bodies{service="physics"} 0')
  expect(telemetry.flush).toBeUndefined()
  log('for people', { world: 'w' })
  log('for a search', { level: 'debug' })
  expect(said.mock.calls).toEqual([['for people']])
})
