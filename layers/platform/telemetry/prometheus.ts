import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics } from './metrics.ts'
import { type MetricDefinition, type MetricName, metricNames, metricTable, type Service } from './names.ts'

/** Metrics that are read as Prometheus text, by processes of one's own machine. */
export interface PrometheusMetrics extends Metrics {
  /** In the text format 0.0.4; every series has the label `service`. */
  text(): Promise<string>
}

type Labels = Record<string, string>

/** A registry of its own, with the metrics that the table says the service measures. */
export const prometheusMetrics = (service: Service): PrometheusMetrics => {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  const made = new Map(
    metricNames
      .filter((name) => (metricTable[name].by as readonly Service[]).includes(service))
      .map((name) => [name, register(registry, name, metricTable[name])]),
  )
  // a metric of the table that another service measures is added when this one has a value of it
  const find = (name: MetricName) => {
    let metric = made.get(name)
    if (metric === undefined) made.set(name, (metric = register(registry, name, metricTable[name])))
    return metric
  }
  return {
    count: (name, by, ...[labels = {}]: [Labels?]) => (find(name) as Counter).inc(labels, by),
    gauge: (name, value, ...[labels = {}]: [Labels?]) =>
      value === undefined ? (find(name) as Gauge).remove(labels) : (find(name) as Gauge).set(labels, value),
    observe: (name, value, ...[labels = {}]: [Labels?]) => (find(name) as Histogram).observe(labels, value),
    text: () => registry.metrics(),
  }
}

const register = (registry: Registry, name: MetricName, definition: MetricDefinition) => {
  const { kind, help, labels, buckets } = definition
  const options = { name, help, labelNames: [...labels], registers: [registry] }
  if (kind === 'counter') return new Counter(options)
  if (kind === 'gauge') return new Gauge(options)
  return new Histogram({ ...options, ...(buckets === undefined ? {} : { buckets: [...buckets] }) })
}

/**
 * One exposition of those of several processes: the series of each metric together under one head, as the format
 * asks. The label `service` keeps them apart.
 */
export const mergeExpositions = (texts: string[]): string => {
  const families = new Map<string, { head: string[]; series: string[] }>()
  for (const text of texts) {
    let family: { head: string[]; series: string[] } | undefined
    for (const line of text.split('\n')) {
      const [, keyword, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? []
      if (name !== undefined) {
        family = families.get(name)
        if (family === undefined) families.set(name, (family = { head: [], series: [] }))
        if (!family.head.some((known) => known.startsWith(`# ${keyword} `))) family.head.push(line)
      } else if (line !== '') family?.series.push(line)
    }
  }
  return [...families.values()].map(({ head, series }) => `${[...head, ...series].join('\n')}\n`).join('\n')
}
