import { type App, type CfnElement, Duration, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler'
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets'
import { acknowledge } from '../acknowledge.ts'
import { createFunction } from '../constructs/function.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import type { Foundation } from '../foundation.ts'

/** The log goes out to whoever listens, and what waited for the database comes in. */
export const createRelay = (app: App, deployment: Deployment, foundation: Foundation): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'relay'), {
    description: 'Orrery: relay of the log, its sweep, and the overflow',
  })
  const sync = tickAtRest(stack, deployment, foundation)
  followDoorbell(stack, deployment, foundation, sync)
  sweep(stack, deployment, foundation)
  drainOverflow(stack, deployment, foundation)
  return stack
}

/** Ticks worlds that do not move, without a task. */
const tickAtRest = (stack: Stack, deployment: Deployment, { inVpc, data }: Foundation): LambdaFunction => {
  const sync = createFunction(stack, deployment, {
    name: 'sync',
    description: 'Ticks a world that nobody holds and that does not move, when it has changed',
    timeoutSeconds: 60,
    memoryMiB: 1_024,
    service: 'physics',
    database: { access: data.database, role: 'orrery_physics' },
    network: inVpc,
    failuresShowIn: 'alarm',
    environment: { TICKS_TABLE: data.ticksTable.tableName },
  })
  data.ticksTable.grantWrite(sync)
  return sync
}

const followDoorbell = (
  stack: Stack,
  deployment: Deployment,
  { inVpc, data, messaging }: Foundation,
  sync: LambdaFunction,
): void => {
  const { doorbell, physicsWake, physicsSlots, physicsDemand, events } = messaging
  const relay = createFunction(stack, deployment, {
    name: 'relay',
    description: "Delivers each world's log in order to queues and to the event bus",
    timeoutSeconds: 60,
    memoryMiB: 1_024,
    service: 'relay',
    database: { access: data.database, role: 'orrery_relay' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: {
      DOORBELL_QUEUE_URL: doorbell.url,
      PHYSICS_WAKE_QUEUE_URL: physicsWake.url,
      PHYSICS_SLOT_QUEUE_URLS: physicsSlots.map(({ url }) => url).join(','),
      PHYSICS_DEMAND_QUEUE_URL: physicsDemand.url,
      EVENT_BUS_NAME: events.eventBusName,
      SYNC_FUNCTION: sync.functionName,
    },
  })
  relay.addToRolePolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [sync.functionArn] }),
  )
  doorbell.deliverTo(relay, { batchSize: 10, maxConcurrency: 10 })
  for (const queue of [doorbell, physicsWake, ...physicsSlots, physicsDemand]) queue.grantSend(relay)
  events.grantPutEventsTo(relay)
  // a bus that is missing would answer that it took what it got
  relay.addToRolePolicy(
    new PolicyStatement({ actions: ['events:DescribeEventBus'], resources: [events.eventBusArn] }),
  )
}

/** Finds what no doorbell rang for. Rarely: each time wakes the database (a minute's sweep would keep it awake). */
const sweep = (stack: Stack, deployment: Deployment, { inVpc, data, messaging }: Foundation): void => {
  const { doorbell, physicsDemand, overflow, snapshots, ledger, chronicle } = messaging
  const relaySweep = createFunction(stack, deployment, {
    name: 'relay-sweep',
    description: 'Rings for worlds that were left behind, and heals the overflow',
    timeoutSeconds: 60,
    service: 'relay',
    database: { access: data.database, role: 'orrery_relay' },
    network: inVpc,
    failuresShowIn: 'alarm',
    environment: {
      DOORBELL_QUEUE_URL: doorbell.url,
      PHYSICS_DEMAND_QUEUE_URL: physicsDemand.url,
      SNAPSHOTS_QUEUE_URL: snapshots.url,
      LEDGER_QUEUE_URL: ledger.url,
      CHRONICLE_QUEUE_URL: chronicle.url,
      OVERFLOW_QUEUE_URL: overflow.url,
      OVERFLOW_TABLE: data.overflowTable.tableName,
    },
  })
  for (const queue of [doorbell, physicsDemand, snapshots, ledger, chronicle, overflow])
    queue.grantSend(relaySweep)
  data.overflowTable.grantScan(relaySweep)
  const role = new Role(stack, 'SweepRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') })
  acknowledge(role, {
    [`AwsSolutions-IAM5[Resource::<${stack.getLogicalId(relaySweep.node.defaultChild as CfnElement)}.Arn>:*]`]:
      'The versions of this one function; it has none.',
  })
  new Schedule(stack, 'Sweep', {
    scheduleName: nameOf(deployment, 'relay-sweep'),
    description: 'Looks for worlds that the relay left behind',
    schedule: ScheduleExpression.rate(Duration.hours(deployment.settings.sweepHours)),
    timeWindow: TimeWindow.flexible(Duration.minutes(15)),
    target: new LambdaInvoke(relaySweep, { role, retryAttempts: 2, maxEventAge: Duration.hours(1) }),
  })
}

const drainOverflow = (
  stack: Stack,
  deployment: Deployment,
  { inVpc, data, messaging }: Foundation,
): void => {
  const { doorbell, overflow, snapshots, chronicle } = messaging
  const drain = createFunction(stack, deployment, {
    name: 'overflow',
    description: 'Applies the requests that were accepted while the database was away, in order',
    timeoutSeconds: 60,
    memoryMiB: 1_024,
    service: 'api',
    database: { access: data.database, role: 'orrery_app' },
    network: inVpc,
    failuresShowIn: 'queue',
    environment: {
      DOORBELL_QUEUE_URL: doorbell.url,
      SNAPSHOTS_QUEUE_URL: snapshots.url,
      CHRONICLE_QUEUE_URL: chronicle.url,
      OVERFLOW_QUEUE_URL: overflow.url,
      OVERFLOW_TABLE: data.overflowTable.tableName,
      OBJECTS_BUCKET: data.objects.bucketName,
    },
  })
  overflow.deliverTo(drain, { batchSize: 10, maxConcurrency: 10 })
  for (const queue of [doorbell, snapshots, chronicle, overflow]) queue.grantSend(drain)
  data.overflowTable.grantUse(drain)
  // S3 says that an object is gone only to who may list
  data.objects.grant(drain, ['get', 'delete', 'list'])
}
