import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { databaseConnection } from '#platform/config/database'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDemandBell } from '#relay/demand'
import type { Destination } from '#relay/destination'
import { eventBridgePublisher } from '#relay/eventbridge'
import { lambdaRestBell } from '#relay/lambda-rest-bell'
import { physicsDestination } from '#relay/physics-destination'
import type { RelayContext } from '#relay/relay'
import type { RelayConfig } from './config.ts'

/** Worlds that one invocation serves at once. */
export const concurrency = 4

/** Of one world: an invocation brings ten at most, four at a time, and has a minute for all of them. */
const budgetMs = 12_000

export const createRelayContext = (
  config: RelayConfig,
  telemetry: Pick<RelayContext, 'log' | 'metrics'>,
): RelayContext => {
  const sqs = createSqsClient({ region: config.AWS_REGION })
  const queue = (url: string) => sqsQueue(sqs, url)
  const events = new EventBridgeClient({ region: config.AWS_REGION })
  const destinations: Destination[] = [
    physicsDestination({
      wake: queue(config.PHYSICS_WAKE_QUEUE_URL),
      slot: createSlots(config.PHYSICS_SLOT_QUEUE_URLS.map(queue)),
      // by the wall clock: others stand still while this process is frozen, and what comes meanwhile seems to be due
      demand: {
        tasks: createDemandBell({ queue: queue(config.PHYSICS_DEMAND_QUEUE_URL), nowMs: Date.now }),
        rest: lambdaRestBell(new LambdaClient({ region: config.AWS_REGION }), config.SYNC_FUNCTION),
      },
    }),
    { name: 'bus', kind: 'publisher', publisher: eventBridgePublisher(events, config.EVENT_BUS_NAME) },
  ]
  return {
    pool: createPool({
      ...databaseConnection(config),
      applicationName: 'orrery-relay',
      max: concurrency * destinations.length,
    }),
    destinations,
    doorbell: queue(config.DOORBELL_QUEUE_URL),
    newId: randomUUID,
    monotonicMs: () => performance.now(),
    random: Math.random,
    budgetMs,
    ...telemetry,
  }
}

const createSlots =
  <Queue>(queues: Queue[]) =>
  (slot: number): Queue => {
    const queue = queues[slot]
    if (queue === undefined)
      throw new RangeError(`a lease names slot ${slot}, but there are ${queues.length}`)
    return queue
  }
