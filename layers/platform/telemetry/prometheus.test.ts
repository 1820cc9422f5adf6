import { expect, test } from 'vitest'
import { metricNames, metricTable } from './names.ts'
import { mergeExpositions, prometheusMetrics } from './prometheus.ts'

test('a service shows its metrics with kind and help, those without labels from the start', async () => {
  const text = await prometheusMetrics('api').text()
  for (const name of metricNames) {
    const { kind, help, by, labels } = metricTable[name]
    const isOurs = (by as readonly string[]).includes('api')
    expect(text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}`)).toBe(isOurs)
    if (isOurs && labels.length === 0) expect(text).toContain(`${name}{service="api"} 0`)
  }
})

test('counts add up, gauges are the last and can go, histograms hold every value', async () => {
  const metrics = prometheusMetrics('physics')
  metrics.count('orrery_rate_limited_total', 2)
  metrics.count('orrery_rate_limited_total', 3)
  metrics.gauge('orrery_consumer_lag_events', 7, { consumer: 'physics', world: 'a' })
  metrics.gauge('orrery_consumer_lag_events', 5, { consumer: 'physics', world: 'a' })
  metrics.gauge('orrery_consumer_lag_events', 9, { consumer: 'physics', world: 'b' })
  metrics.gauge('orrery_consumer_lag_events', undefined, { consumer: 'physics', world: 'b' })
  for (const ms of [0.05, 3, 30]) metrics.observe('orrery_tick_ms', ms)
  const lines = (await metrics.text()).split('\n')
  expect(lines).toContain('orrery_rate_limited_total{service="physics"} 5')
  expect(lines.filter((line) => line.startsWith('orrery_consumer_lag_events'))).toEqual([
    'orrery_consumer_lag_events{consumer="physics",world="a",service="physics"} 5',
  ])
  expect(lines).toContain('orrery_tick_ms_bucket{le="5",service="physics"} 2')
  expect(lines).toContain('orrery_tick_ms_count{service="physics"} 3')
})

test('the texts of several processes become one in which each metric stands once', async () => {
  const [one, other] = [prometheusMetrics('api'), prometheusMetrics('relay')]
  one.count('orrery_rate_limited_total', 1)
  other.count('orrery_rate_limited_total', 4)
  const merged = mergeExpositions([await one.text(), await other.text()])
  expect(merged.match(/^# TYPE orrery_rate_limited_total /gm)).toHaveLength(1)
  expect(merged).toContain(
    '# TYPE orrery_rate_limited_total counter\n' +
      'orrery_rate_limited_total{service="api"} 1\norrery_rate_limited_total{service="relay"} 4\n',
  )
  expect(merged).toContain('orrery_ingest_latency_ms')
  expect(merged).toContain('orrery_dead_letters{service="relay"} 0')
  const types = merged.split('\n').filter((line) => line.startsWith('# TYPE'))
  expect(new Set(types).size).toBe(types.length)
})
