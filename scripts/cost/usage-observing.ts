import { type Item, line, monthHours, monthSeconds } from '#platform/cost/item'
import { type MetricDefinition, metricTable } from '#platform/telemetry/names'
import type { Deployment } from './deployment.ts'
import type { Load } from './load.ts'
import type { Workload } from './workloads.ts'

/** Bytes: of a run (Lambda's own lines, ours, metrics), of a request in the access log, of a task in a minute. */
const logBytes = { run: 1_500, access: 500, taskMinute: 2_000 }
/** Series of a labelled metric that are named by their labels, an hour and process at most. */
const namedSeries = 10
/** Of the cluster, its service and its task definition. */
const insightsMetrics = 26

/** Logs, metrics and traces of a workload. */
export const observingItems = (workload: Workload, deployment: Deployment, load: Load): Item[] => {
  const logsGb = logGb(load)
  const insights = (insightsMetrics * workload.tickHours) / monthHours
  return [
    line('CloudWatch', 'logs', logsGb, 'logsIngested'),
    line('CloudWatch', 'logs kept', (logsGb * deployment.logDays) / 30, 'logsStored'),
    line('CloudWatch', 'custom metrics', metricMonths(workload, load), 'metric'),
    ...(deployment.hasInsights ? [line('CloudWatch', 'Container Insights', insights, 'metric')] : []),
    ...(deployment.isTraced ? [line('X-Ray', 'traces', tracesOf(workload, load), 'trace')] : []),
  ]
}

const logGb = ({ writes, reads, relayRuns, taskHours }: Load): number =>
  ((writes + reads + relayRuns) * logBytes.run +
    (writes + reads) * logBytes.access +
    taskHours * 60 * logBytes.taskMinute) /
  1e9

/**
 * Each name once for each service that measures it, and the worlds that a labelled one names; a metric is paid
 * for the hours in which it is written.
 */
const metricMonths = ({ worlds, tickHours }: Workload, { tasks }: Load): number => {
  const definitions: MetricDefinition[] = Object.values(metricTable)
  const names = definitions.reduce((sum, { by }) => sum + by.length, 0)
  const labelled = definitions.filter(({ kind, labels }) => kind === 'gauge' && labels.length > 0).length
  return ((names + labelled * Math.min(worlds, tasks * namedSeries)) * tickHours) / monthHours
}

/** By the default sampling: the first request of each second, and one in twenty of the others. */
const tracesOf = ({ worlds, playHours }: Workload, { writes, reads }: Load): number => {
  const requests = writes + reads
  const first = Math.min(requests, worlds * playHours * 3_600, monthSeconds)
  return first + (requests - first) / 20
}
