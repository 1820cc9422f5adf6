import { type App, Duration, Stack } from 'aws-cdk-lib'
import { CfnEventBusPolicy, EventBus, type IEventBus } from 'aws-cdk-lib/aws-events'
import { createQueue, type OwnedQueue } from '../constructs/queue.ts'
import { type Deployment, nameOf } from '../deployment.ts'

/** What carries messages from one part to the next. */
export interface Messaging {
  stack: Stack
  /** World W has events up to seq N. */
  doorbell: OwnedQueue
  /** Events of active worlds that no physics task holds yet. */
  physicsWake: OwnedQueue
  /** Events of the worlds that the task of this slot holds. */
  physicsSlots: OwnedQueue[]
  /** Somebody believes that the number of physics tasks should change. */
  physicsDemand: OwnedQueue
  /** Requests that were accepted while the database was away. */
  overflow: OwnedQueue
  /** Worlds whose scene snapshot is due. */
  snapshots: OwnedQueue
  /** Shards of the ledger that may have something to commit. */
  ledger: OwnedQueue
  /** Worlds whose chronicles have something to project. */
  chronicle: OwnedQueue
  events: IEventBus
}

const minute = 60
const hour = 60 * minute

/**
 * An outage of the database must not kill what it delays: where a message cannot be had again from the log, the
 * number of deliveries has no practical bound. A postponed delivery counts as one.
 */
const untilItWorks = 1_000

export const createMessaging = (app: App, deployment: Deployment): Messaging => {
  const stack = new Stack(app, nameOf(deployment, 'messaging'), {
    description: 'Orrery: queues with their dead letters, and the event bus',
  })
  const queue = (options: Parameters<typeof createQueue>[2]) => createQueue(stack, deployment, options)
  const physics = { fifo: true, visibilitySeconds: 30, maxReceiveCount: 100 } as const
  return {
    stack,
    // the relay gives a doorbell back up to 5 minutes at a time while a destination is away: 8 hours
    doorbell: queue({
      ...{ name: 'doorbell', visibilitySeconds: 6 * minute, maxReceiveCount: 100 },
      ...{ oldestSeconds: 15 * minute, failureShowsElsewhere: true },
    }),
    physicsWake: queue({
      ...{ ...physics, name: 'physics-wake' },
      ...{ oldestSeconds: 15 * minute, ageSection: 'physics-tasks' },
    }),
    physicsSlots: Array.from({ length: deployment.settings.physics.maxTasks }, (_, slot) =>
      // what a task that is gone left in its slot is read from the log, and waits for nobody
      queue({ ...physics, name: `physics-${slot}`, oldestSeconds: 5 * minute, idleConsumers: true }),
    ),
    physicsDemand: queue({
      ...{ name: 'physics-demand', visibilitySeconds: 6 * minute, maxReceiveCount: 20 },
      ...{ oldestSeconds: 15 * minute, failureShowsElsewhere: true },
    }),
    overflow: queue({
      ...{ name: 'overflow', fifo: true, visibilitySeconds: 6 * minute, maxReceiveCount: untilItWorks },
      ...{ oldestSeconds: 15 * minute, ageSection: 'overflow-waiting' },
    }),
    snapshots: queue({
      ...{ name: 'snapshots', visibilitySeconds: 24 * minute, maxReceiveCount: 20 },
      ...{ oldestSeconds: 2 * hour, failureShowsElsewhere: true },
    }),
    // a bell carries nothing, and the sweep rings again; an engine gives one back for a minute at most: some 100 minutes
    ledger: queue({
      ...{ name: 'ledger', fifo: true, visibilitySeconds: 12 * minute, maxReceiveCount: 100 },
      ...{ oldestSeconds: 15 * minute, failureShowsElsewhere: true },
    }),
    // a bell carries nothing, and the sweep rings again; one of a world that fails comes back after 5 minutes: 8 hours
    chronicle: queue({
      ...{ name: 'chronicle', visibilitySeconds: 90 * minute, maxReceiveCount: 100 },
      ...{ oldestSeconds: 30 * minute, ageSection: 'chronicle-projection', failureShowsElsewhere: true },
    }),
    events: createEventBus(stack, deployment),
  }
}

/** One entry for each event, for other systems: they add rules to it. What was sent can be sent again. */
const createEventBus = (stack: Stack, deployment: Deployment): IEventBus => {
  const eventBusName = `orrery-${deployment.stage}`
  const bus = new EventBus(stack, 'Events', { eventBusName })
  bus.archive('Archive', {
    archiveName: nameOf(deployment, 'events'),
    description: 'Every event of every world, for a replay',
    eventPattern: { account: [stack.account] },
    retention: Duration.days(deployment.settings.eventArchiveDays),
  })
  new CfnEventBusPolicy(stack, 'EventsPolicy', {
    eventBusName: bus.eventBusName,
    statementId: 'OnlyThisAccountPublishes',
    statement: {
      Sid: 'OnlyThisAccountPublishes',
      Effect: 'Allow',
      Principal: { AWS: `arn:${stack.partition}:iam::${stack.account}:root` },
      Action: 'events:PutEvents',
      Resource: bus.eventBusArn,
    },
  })
  return bus
}
