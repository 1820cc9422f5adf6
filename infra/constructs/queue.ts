import { Aws, Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import {
  DeduplicationScope,
  FifoThroughputLimit,
  type IQueue,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import { arnOf, type Deployment, nameOf } from '../deployment.ts'
import type { RunbookSection } from '../runbook-sections.ts'
import { createAlarm } from './alarm.ts'

export interface QueueOptions {
  /** Without the `orrery-STAGE-` before and the `.fifo` behind. */
  name: string
  /** One order for each message group, and as many groups at once as there are. */
  fifo?: boolean
  /** At least six times the timeout of a function that consumes it. */
  visibilitySeconds: number
  /** Deliveries of a message before it is dead. */
  maxReceiveCount: number
  /** An older message sets off the alarm. */
  oldestSeconds: number
  /** Of the runbook, about that alarm; default `queue-age`. */
  ageSection?: RunbookSection
  /** Nothing is wrong where nobody consumes it: its age counts only while somebody does. */
  idleConsumers?: boolean
  /**
   * That its consumer fails shows elsewhere: in an alarm of its own, or in the dead letters within hours. What its age
   * adds is that the consumer is slow.
   */
  failureShowsElsewhere?: boolean
}

/** A queue with its dead letters, its redrive and its alarms. */
export interface OwnedQueue {
  url: string
  grantSend(grantee: IGrantable): void
  grantConsume(grantee: IGrantable): void
  /** Invokes the function with its messages; those that the function reports as failed come again. */
  deliverTo(consumer: LambdaFunction, delivery: Delivery): void
}

export interface Delivery {
  batchSize: number
  /** How long a batch may gather; standard queues only. */
  gatherSeconds?: number
  /** Invocations at once. */
  maxConcurrency: number
}

const kept = Duration.days(14)

export const createQueue = (scope: Construct, deployment: Deployment, options: QueueOptions): OwnedQueue => {
  const { name, visibilitySeconds, maxReceiveCount } = options
  const owner = new Construct(scope, name)
  const common = commonProps(options.fifo === true)
  const deadLetters = new Queue(owner, 'DeadLetters', {
    ...common,
    queueName: queueName(deployment, `${name}-dlq`, options.fifo),
  })
  const queue = new Queue(owner, 'Queue', {
    ...common,
    queueName: queueName(deployment, name, options.fifo),
    visibilityTimeout: Duration.seconds(visibilitySeconds),
    // a receive waits for messages instead of being asked, and paid for, again
    receiveMessageWaitTime: Duration.seconds(20),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount },
  })
  acknowledge(deadLetters, { 'Serverless-SQSRedrivePolicy': 'These are the dead letters.' })
  createQueueAlarms(owner, deployment, options, queue, deadLetters)
  const named = byName(owner, queueName(deployment, name, options.fifo), options.fifo)
  return {
    url: named.queueUrl,
    grantSend: (grantee) => void named.grantSendMessages(grantee),
    grantConsume: (grantee) => void named.grantConsumeMessages(grantee),
    deliverTo: (consumer, delivery) => deliver(named, consumer, delivery),
  }
}

/**
 * The queue as other stacks know it: by its name. CloudFormation would not let an export go while another stack still
 * has it, so that no queue could ever be taken away: a slot when there are fewer tasks, one that a later version lacks.
 */
const byName = (scope: Construct, name: string, fifo = false): IQueue =>
  Queue.fromQueueAttributes(scope, 'Named', {
    queueArn: arnOf(scope, 'sqs', name),
    queueUrl: `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${name}`,
    fifo,
  })

const deliver = (queue: IQueue, consumer: LambdaFunction, delivery: Delivery): void => {
  const { batchSize, gatherSeconds, maxConcurrency } = delivery
  const source = new SqsEventSource(queue, {
    ...{ batchSize, maxConcurrency, reportBatchItemFailures: true },
    ...(gatherSeconds !== undefined && { maxBatchingWindow: Duration.seconds(gatherSeconds) }),
  })
  consumer.addEventSource(source)
  acknowledge(consumer, {
    'Serverless-LambdaEventSourceMappingDestination':
      'What fails stays in the queue, and goes to its dead letters in the end.',
  })
}

const queueName = (deployment: Deployment, name: string, fifo = false): string =>
  `${nameOf(deployment, name)}${fifo ? '.fifo' : ''}`

const commonProps = (fifo: boolean): QueueProps => ({
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: kept,
  ...(fifo && {
    fifo: true,
    // high throughput: the order is that of a group, a world, and groups do not share a limit
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  }),
})

const createQueueAlarms = (
  scope: Construct,
  deployment: Deployment,
  { name, oldestSeconds, ageSection = 'queue-age', idleConsumers, failureShowsElsewhere }: QueueOptions,
  queue: Queue,
  deadLetters: Queue,
): void => {
  const period = Duration.minutes(5)
  if (deployment.settings.alarmsOnSlowness || !failureShowsElsewhere)
    createAlarm(scope, deployment, `${name}-age`, {
      means: `The oldest message of the queue ${name} waits for more than ${oldestSeconds} s: its consumer fails, or cannot keep up.`,
      section: ageSection,
      metric: idleConsumers
        ? ageWhileConsumed(queue, period)
        : queue.metricApproximateAgeOfOldestMessage({ period }),
      above: oldestSeconds,
      periods: 2,
    })
  createAlarm(scope, deployment, `${name}-dead-letters`, {
    means: `Messages of the queue ${name} failed again and again and were put aside.`,
    section: 'dead-letters',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    above: 0,
  })
}

/**
 * Without a consumer, nobody is late. One that is there receives an old message anew after each visibility timeout,
 * which is far less than the period: that it also makes empty receives need not be asked, and paid for.
 */
const ageWhileConsumed = (queue: Queue, period: Duration): MathExpression =>
  new MathExpression({
    expression: 'IF(FILL(received, 0) > 0, age, 0)',
    label: 'Age of the oldest message while somebody consumes',
    period,
    usingMetrics: {
      age: queue.metricApproximateAgeOfOldestMessage({ period }),
      received: queue.metricNumberOfMessagesReceived({ period }),
    },
  })
