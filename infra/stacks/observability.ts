import { type App, Duration, Stack } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { acknowledge } from '../acknowledge.ts'
import { alarmTopicName, createAlarm } from '../constructs/alarm.ts'
import { createDashboard } from '../constructs/dashboard.ts'
import { databaseMetric, orreryMetric } from '../constructs/metrics.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import type { AuroraSettings } from '../settings.ts'

/** The dashboard, the topic of all alarms, and the alarms that belong to no queue and no function. */
export const createObservability = (app: App, deployment: Deployment): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'observability'), {
    description: 'Orrery: dashboard, and where alarms go',
  })
  createTopic(stack, deployment)
  createAlarms(stack, deployment)
  if (deployment.settings.dashboard) createDashboard(stack, deployment)
  return stack
}

const createTopic = (stack: Stack, deployment: Deployment): void => {
  const topic = new Topic(stack, 'Alarms', {
    topicName: alarmTopicName(deployment),
    displayName: `Orrery ${deployment.stage}`,
    enforceSSL: true,
  })
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  )
  const { alarmEmail } = deployment.settings
  if (alarmEmail === undefined) return
  acknowledge(topic.addSubscription(new EmailSubscription(alarmEmail)), {
    'Serverless-SNSRedrivePolicy': 'SNS tries to deliver an e-mail for hours; the alarm itself stays on.',
  })
}

/**
 * What Aurora sets max_connections to: 189 at 1 unit, 823 at 4, 1,669 at 8, and not over 2,000 for a cluster that
 * can shrink to half a unit or less.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
const maxConnections = ({ minAcu, maxAcu }: AuroraSettings): number =>
  Math.min(minAcu <= 0.5 ? 2_000 : 5_000, 189 * maxAcu)

const fiveMinutes = Duration.minutes(5)

const createAlarms = (stack: Stack, deployment: Deployment): void => {
  createAlarm(stack, deployment, 'oldest-unpublished-event', {
    means: 'Some destination has not been given an event for more than 15 minutes.',
    section: 'oldest-unpublished-event',
    metric: orreryMetric(deployment, 'relay', 'orrery_relay_oldest_unpublished_ms', 'Maximum', fiveMinutes),
    above: 900_000,
    // measured when the relay runs, which may be twice in six hours
    periods: 1,
  })
  createAlarm(stack, deployment, 'commit-failures', {
    means: 'Engines of the ledger fail again and again: shards do not get their commits.',
    section: 'commit-failures',
    metric: orreryMetric(deployment, 'ledger', 'orrery_commit_failures_total', 'Sum', fiveMinutes),
    above: 5,
    periods: 2,
  })
  createAlarm(stack, deployment, 'chronicle-projection', {
    means:
      'Chronicles of some world could not be projected again and again: its entities are not as they are told.',
    section: 'chronicle-projection',
    metric: orreryMetric(
      deployment,
      'chronicle',
      'orrery_chronicle_projection_failures_total',
      'Sum',
      fiveMinutes,
    ),
    above: 2,
    periods: 2,
  })
  createAlarm(stack, deployment, 'chronicle-differences', {
    means: 'Entities are not as the chronicles of their world have them.',
    section: 'chronicle-differences',
    metric: orreryMetric(deployment, 'chronicle', 'orrery_chronicle_differences', 'Maximum', fiveMinutes),
    above: 0,
    // measured by sweeps, which may be hours apart
    periods: 1,
  })
  if (deployment.settings.alarmsOnSlowness) createSlownessAlarms(stack, deployment)
  createAlarm(stack, deployment, 'function-throttles', {
    means: "Invocations are refused: the account's concurrency, which all its functions share, is used up.",
    section: 'function-throttles',
    metric: new Metric({
      ...{ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period: fiveMinutes },
    }),
    above: 10,
    periods: 2,
  })
  const { database } = deployment.settings
  if (database.kind !== 'aurora') return
  createAlarm(stack, deployment, 'database-capacity', {
    means: `The database has been at its ${database.maxAcu} capacity units for half an hour.`,
    section: 'database-capacity',
    metric: databaseMetric(deployment, 'ACUUtilization', 'Average', fiveMinutes),
    above: 95,
    periods: 6,
  })
  const connections = Math.floor(0.8 * maxConnections(database))
  createAlarm(stack, deployment, 'database-connections', {
    means: `More than ${connections} connections are open, four fifths of what the database allows.`,
    section: 'database-connections',
    metric: databaseMetric(deployment, 'DatabaseConnections', 'Maximum', fiveMinutes),
    above: connections,
    periods: 2,
  })
}

/** Of open spans, in one process, four fifths of what it keeps in memory: functions/commit-engine/context.ts. */
const manyAccumulatorBytes = 0.8 * 256 * 2 ** 20

const createSlownessAlarms = (stack: Stack, deployment: Deployment): void => {
  createAlarm(stack, deployment, 'physics-tick-time', {
    means: 'One tick in ten takes more than 2 s: simulated time falls behind.',
    section: 'physics-tick-time',
    metric: orreryMetric(deployment, 'physics', 'orrery_tick_ms', 'p90', fiveMinutes),
    above: 2_000,
    periods: 3,
  })
  createAlarm(stack, deployment, 'commit-latency', {
    means: 'One commit in twenty takes more than 500 ms from its last ticks on.',
    section: 'commit-latency',
    // the atomic layer makes most commits by far; a metric for each layer would be five
    metric: orreryMetric(deployment, 'ledger', 'orrery_commit_ms', 'p95', fiveMinutes),
    above: 500,
    periods: 6,
  })
  createAlarm(stack, deployment, 'ledger-lag', {
    means: 'A shard of the ledger is more than 2,000 ticks behind what it takes.',
    section: 'ledger-lag',
    metric: orreryMetric(deployment, 'ledger', 'orrery_ledger_lag_ticks', 'Maximum', fiveMinutes),
    above: 2_000,
    periods: 3,
  })
  createAlarm(stack, deployment, 'accumulator-bytes', {
    means: 'Open spans fill the memory of an engine, which begins to spill them.',
    section: 'accumulator-bytes',
    metric: orreryMetric(deployment, 'ledger', 'orrery_accumulator_bytes', 'Maximum', fiveMinutes),
    above: manyAccumulatorBytes,
    periods: 6,
  })
}
