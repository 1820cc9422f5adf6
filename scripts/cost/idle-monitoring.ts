import { type Item, line } from '#platform/cost/item'
import type { Resource } from './assembly.ts'
import { listAt, numberAt, textAt, unpriced, valueAt } from './properties.ts'

interface MetricQuery {
  MetricStat?: { Period?: number }
  Expression?: string
}

/** An alarm is paid by the metrics that it looks at; an expression over three of them is three. */
export const alarm = (resource: Resource): Item[] => {
  const queries = listAt(resource, 'Metrics') as MetricQuery[]
  if (queries.some(({ Expression = '' }) => /^\s*SELECT\b/i.test(Expression)))
    throw unpriced(resource, 'a Metrics Insights query is paid by what it finds')
  if (valueAt(resource, 'ThresholdMetricId') !== undefined)
    return [line('CloudWatch', 'anomaly alarms', 1, 'alarmAnomaly')]
  const periods =
    queries.length === 0
      ? [numberAt(resource, 'Period', 60)]
      : queries.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Period ?? 60]))
  return periods.map((period) =>
    period < 60
      ? line('CloudWatch', 'metrics in alarms of less than a minute', 1, 'alarmHighResolution')
      : line('CloudWatch', 'metrics in alarms', 1, 'alarm'),
  )
}

export const compositeAlarm = (): Item[] => [line('CloudWatch', 'composite alarms', 1, 'alarmComposite')]

export const dashboard = (): Item[] => [line('CloudWatch', 'dashboards', 1, 'dashboard')]

/** Of accepted traffic, while nobody plays. */
const quietFlowLogGb = 0.1

/** What is refused is nothing while nobody plays: no way leads in. */
export const flowLog = (resource: Resource): Item[] =>
  textAt(resource, 'TrafficType') === 'REJECT'
    ? []
    : [line('CloudWatch', 'flow logs of a quiet network', quietFlowLogGb, 'logsIngested')]
