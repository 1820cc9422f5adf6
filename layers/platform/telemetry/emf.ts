import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics'
import type { Metrics } from './metrics.ts'
import { type MetricName, metricTable } from './names.ts'
import { createSample, type Sample } from './sample.ts'

/** Metrics that CloudWatch reads out of the log (embedded metric format). */
export interface EmfMetrics extends Metrics {
  /** Writes what was measured since the last flush to standard output; nothing where nothing was. */
  flush(): void
}

export interface EmfOptions {
  /** Dimension `service`; an alarm names it. */
  service: string
  /** Dimension `stage`. */
  stage: string
  /** Milliseconds since 1970; default the clock's. */
  now?: () => number
}

/** One value of the format holds 100 numbers at most. */
const sampleLimit = 100

/**
 * Series of a gauge that CloudWatch knows by their labels, in one hour and from one process. Each combination of
 * dimensions is a metric of its own, at 0.30 $ a month for as many hours as it is written.
 */
const namedSeries = 10

type Labels = Record<string, string>

interface Reading {
  value: number
  labels: Labels
}

/**
 * The dimensions are `service` and `stage` alone: counters are sums over their labels, histograms hold values of
 * all (a sample of 100 and the largest, where there are more), and a labelled gauge (consumer lag by world) is
 * its largest value. Of such a gauge the series that are ahead of the others are written by their labels too,
 * ten at most: while an hour lasts the first ten above 0 keep their places.
 */
export const emfMetrics = ({ service, stage, now = Date.now }: EmfOptions): EmfMetrics => {
  const powertools = new Powertools({
    namespace: 'Orrery',
    serviceName: service,
    defaultDimensions: { stage },
  })
  const counters = new Map<MetricName, number>()
  const samples = new Map<MetricName, Sample>()
  const gauges = new Map<MetricName, Map<string, Reading>>()
  const naming = createNaming(now)

  const add = (target: Powertools, name: MetricName, value: number): void => {
    target.addMetric(name, MetricUnit[metricTable[name].unit], value)
  }
  const addGauge = (name: MetricName, readings: Reading[]): void => {
    add(powertools, name, Math.max(...readings.map(({ value }) => value)))
    if (metricTable[name].labels.length === 0) return
    for (const { value, labels } of naming(name, readings)) {
      const single = powertools.singleMetric()
      single.addDimensions(labels)
      add(single, name, value)
    }
  }

  return {
    count: (name, by, ..._labels) => {
      counters.set(name, (counters.get(name) ?? 0) + by)
    },
    gauge: (name, value, ...[labels = {}]: [Labels?]) => {
      const series = gauges.get(name) ?? new Map<string, Reading>()
      gauges.set(name, series)
      if (value === undefined) series.delete(JSON.stringify(labels))
      else series.set(JSON.stringify(labels), { value, labels })
    },
    observe: (name, value, ..._labels) => {
      let sample = samples.get(name)
      if (sample === undefined) samples.set(name, (sample = createSample(sampleLimit, Math.random)))
      sample.add(value)
    },
    flush: () => {
      for (const [name, sum] of counters) add(powertools, name, sum)
      for (const [name, sample] of samples) for (const value of sample.values()) add(powertools, name, value)
      for (const [name, series] of gauges) if (series.size > 0) addGauge(name, [...series.values()])
      for (const pending of [counters, samples, gauges]) pending.clear()
      // it warns where there is nothing
      if (powertools.hasStoredMetrics()) powertools.publishStoredMetrics()
    },
  }
}

const hourMs = 3_600_000

/** Chooses the series that are written by their labels. */
const createNaming = (now: () => number) => {
  const named = new Set<string>()
  let hour = 0
  return (name: MetricName, readings: Reading[]): Reading[] => {
    const current = Math.floor(now() / hourMs)
    if (current !== hour) named.clear()
    hour = current
    const largestFirst = readings.toSorted((a, b) => b.value - a.value)
    return largestFirst.filter(({ value, labels }) => {
      const key = JSON.stringify([name, labels])
      if (value > 0 && named.size < namedSeries) named.add(key)
      return named.has(key)
    })
  }
}
