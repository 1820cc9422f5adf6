import { Duration, type Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type Metric, PeriodOverride, TextWidget } from 'aws-cdk-lib/aws-cloudwatch'
import type { MetricName, Service } from '#platform/telemetry/names'
import { functionNames } from '../bundles.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import { apiMetric, databaseMetric, functionMetric, orreryMetric, queueMetric } from './metrics.ts'

const minute = Duration.minutes(1)

const waitedFor = [
  'api-ingest',
  'api-world',
  'api-query',
  'api-sync',
  'api-training',
  'api-ledger',
  'api-chronicle',
  'api-mcp',
  'api-status',
  'relay',
  'commit-engine',
] as const

/** One page, in the order in which a change travels. Everything is named, so that it needs no other stack. */
export const createDashboard = (stack: Stack, deployment: Deployment): void => {
  const graph = (title: string, left: Metric[], right: Metric[] = []) =>
    new GraphWidget({ title, left, right, width: 8, height: 6 })
  const own = (service: Service, name: MetricName, statistic: string) =>
    orreryMetric(deployment, service, name, statistic, minute)
  const dashboard = new Dashboard(stack, 'Dashboard', {
    dashboardName: nameOf(deployment, 'overview'),
    defaultInterval: Duration.hours(3),
    periodOverride: PeriodOverride.AUTO,
  })
  dashboard.addWidgets(
    new TextWidget({
      markdown: `# Orrery ${deployment.stage}\nWhat each alarm means and what to do: docs/runbook.md`,
      ...{ width: 24, height: 2 },
    }),
    graph(
      'Requests and errors',
      [apiMetric(deployment, 'Count', 'Sum', minute)],
      [apiMetric(deployment, '4XXError', 'Sum', minute), apiMetric(deployment, '5XXError', 'Sum', minute)],
    ),
    graph(
      'Ingestion',
      [own('api', 'orrery_ingest_requests_total', 'Sum'), own('api', 'orrery_ingest_events_total', 'Sum')],
      [own('api', 'orrery_ingest_latency_ms', 'p50'), own('api', 'orrery_ingest_latency_ms', 'p99')],
    ),
    graph('Refused and waiting', [
      own('api', 'orrery_rate_limited_total', 'Sum'),
      own('relay', 'orrery_overflow_waiting', 'Maximum'),
    ]),
    graph('Oldest unpublished event', [own('relay', 'orrery_relay_oldest_unpublished_ms', 'Maximum')]),
    graph('Age of the oldest message', queues(deployment, 'ApproximateAgeOfOldestMessage')),
    graph('Dead letters', [
      ...queues(deployment, 'ApproximateNumberOfMessagesVisible', '-dlq'),
      own('relay', 'orrery_dead_letters', 'Maximum'),
    ]),
    graph(
      'Ticks',
      [own('physics', 'orrery_tick_ms', 'p50'), own('physics', 'orrery_tick_ms', 'p99')],
      [own('physics', 'orrery_hydration_ms', 'Maximum')],
    ),
    graph(
      'Octree',
      [own('physics', 'orrery_octree_bodies', 'Maximum')],
      [own('physics', 'orrery_octree_bytes', 'Maximum')],
    ),
    graph('Consumer lag', [own('physics', 'orrery_consumer_lag_events', 'Maximum')]),
    graph(
      'Commits',
      [own('ledger', 'orrery_commit_ms', 'p50'), own('ledger', 'orrery_commit_ms', 'p95')],
      [own('ledger', 'orrery_commit_entries', 'p95'), own('ledger', 'orrery_commit_failures_total', 'Sum')],
    ),
    graph(
      'Ledger: ticks and lag',
      [own('ledger', 'orrery_ledger_ticks_total', 'Sum')],
      [own('ledger', 'orrery_ledger_lag_ticks', 'Maximum')],
    ),
    graph(
      'Accumulators',
      [own('ledger', 'orrery_accumulator_regions', 'Maximum')],
      [own('ledger', 'orrery_accumulator_bytes', 'Maximum')],
    ),
    graph(
      'Activity of regions',
      ['p10', 'p50', 'p90', 'p99'].map((statistic) => own('ledger', 'orrery_region_activity', statistic)),
    ),
    graph(
      'Database',
      [databaseMetric(deployment, 'ServerlessDatabaseCapacity', 'Maximum', minute)],
      [databaseMetric(deployment, 'DatabaseConnections', 'Maximum', minute)],
    ),
    graph(
      'Function errors',
      functionNames.map((name) => functionMetric(deployment, name, 'Errors', 'Sum', minute)),
    ),
    graph(
      'Function durations',
      waitedFor.map((name) => functionMetric(deployment, name, 'Duration', 'p99', minute)),
    ),
  )
}

const queues = (deployment: Deployment, metricName: string, suffix = ''): Metric[] => {
  const slots = Array.from({ length: deployment.settings.physics.maxTasks }, (_, slot) => `physics-${slot}`)
  const standard = ['doorbell', 'physics-demand', 'snapshots', 'chronicle'].map((name) => `${name}${suffix}`)
  const fifo = ['physics-wake', 'overflow', 'ledger', ...slots].map((name) => `${name}${suffix}.fifo`)
  return [...standard, ...fifo].map((name) => queueMetric(deployment, name, metricName, minute))
}
