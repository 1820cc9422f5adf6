import type { CounterName, GaugeName, HistogramName, LabelsOf, MetricName } from './names.ts'

/** The labels as an argument; none for a metric that has none. */
type Labelled<Name extends MetricName> = keyof LabelsOf<Name> extends never ? [] : [labels: LabelsOf<Name>]

/** Takes measurements; cheap, and never fails whoever measures. Adapters: prometheus.ts, emf.ts. */
export interface Metrics {
  /** So many more. */
  count<Name extends CounterName>(name: Name, by: number, ...labels: Labelled<Name>): void
  /** As it is now; undefined: what it was about is gone. */
  gauge<Name extends GaugeName>(name: Name, value: number | undefined, ...labels: Labelled<Name>): void
  /** One more value, in the unit of the metric. */
  observe<Name extends HistogramName>(name: Name, value: number, ...labels: Labelled<Name>): void
}

/** Of Prometheus text. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Measures nothing. */
export const noMetrics: Metrics = { count: () => {}, gauge: () => {}, observe: () => {} }
