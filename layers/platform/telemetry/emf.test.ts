import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EmfMetrics, emfMetrics } from './emf.ts'

interface Line {
  _aws: {
    CloudWatchMetrics: {
      Namespace: string
      Dimensions: string[][]
      Metrics: { Name: string; Unit: string }[]
    }[]
  }
  [property: string]: unknown
}

const written: string[] = []
beforeEach(() => {
  written.length = 0
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

const flushed = (metrics: EmfMetrics): Line[] => {
  written.length = 0
  metrics.flush()
  return written.map((line) => JSON.parse(line))
}

const lag = (metrics: EmfMetrics, world: string, events: number | undefined) =>
  metrics.gauge('orrery_consumer_lag_events', events, { consumer: 'physics', world })

test('one line says what was measured since the last, by service and stage alone', () => {
  const metrics = emfMetrics({ service: 'api', stage: 'prod' })
  metrics.count('orrery_ingest_requests_total', 1, { operation: 'ingestEntity', status: '200' })
  metrics.count('orrery_ingest_requests_total', 1, { operation: 'ingestBatch', status: '429' })
  for (const ms of [4, 9]) metrics.observe('orrery_ingest_latency_ms', ms, { operation: 'ingestEntity' })
  metrics.gauge('orrery_dead_letters', 3)
  metrics.gauge('orrery_dead_letters', 2)
  const [line, ...more] = flushed(metrics)
  expect(more).toEqual([])
  expect(line!._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'Orrery',
      Dimensions: [['service', 'stage']],
      Metrics: [
        { Name: 'orrery_ingest_requests_total', Unit: 'Count' },
        { Name: 'orrery_ingest_latency_ms', Unit: 'Milliseconds' },
        { Name: 'orrery_dead_letters', Unit: 'Count' },
      ],
    },
  ])
  expect(line).toMatchObject({
    ...{ service: 'api', stage: 'prod', orrery_ingest_requests_total: 2 },
    ...{ orrery_ingest_latency_ms: [4, 9], orrery_dead_letters: 2 },
  })
  expect(flushed(metrics)).toEqual([])
})

test('a histogram of many values is one line of at most a hundred', () => {
  const metrics = emfMetrics({ service: 'physics', stage: 'prod' })
  for (let tick = 1; tick <= 5_000; tick++)
    metrics.observe('orrery_tick_ms', tick === 17 ? 9_999 : tick % 100)
  const lines = flushed(metrics)
  expect(lines).toHaveLength(1)
  expect(lines[0]!.orrery_tick_ms).toHaveLength(100)
  expect(Math.max(...(lines[0]!.orrery_tick_ms as number[]))).toBe(9_999)
})

const namesOf = (lines: Line[]) =>
  lines
    .filter(({ world }) => world !== undefined)
    .map(({ world, orrery_consumer_lag_events: lag }) => [world, lag])

test('the worlds that lag furthest are written by their names, ten in an hour and no more', () => {
  let now = 0
  const metrics = emfMetrics({ service: 'physics', stage: 'prod', now: () => now })
  for (let world = 0; world < 30; world++) lag(metrics, `w${world}`, world)
  const first = flushed(metrics)
  expect(namesOf(first)).toEqual(Array.from({ length: 10 }, (_, k) => [`w${29 - k}`, 29 - k]))
  const all = first.find(({ world }) => world === undefined)!
  expect(all.orrery_consumer_lag_events).toBe(29)
  expect(all._aws.CloudWatchMetrics[0]!.Dimensions).toEqual([['service', 'stage']])
  const named = first.find(({ world }) => world === 'w29')!
  expect(named._aws.CloudWatchMetrics[0]!.Dimensions).toEqual([['service', 'stage', 'consumer', 'world']])

  now += 60_000
  lag(metrics, 'w29', 0)
  lag(metrics, 'another', 1_000)
  expect(namesOf(flushed(metrics))).toEqual([['w29', 0]])

  now += 3_600_000
  lag(metrics, 'w29', 0)
  lag(metrics, 'another', 1_000)
  expect(namesOf(flushed(metrics))).toEqual([['another', 1_000]])
})

test('a gauge whose thing has gone is not written', () => {
  const metrics = emfMetrics({ service: 'physics', stage: 'prod' })
  lag(metrics, 'a', 5)
  lag(metrics, 'a', undefined)
  expect(flushed(metrics)).toEqual([])
})
