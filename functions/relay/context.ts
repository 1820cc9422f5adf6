import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { physicsDestination } from '#relay/physics-destination'
import type { RelayContext } from '#relay/relay'
import type { RelayConfig } from './config.ts'

/** Worlds that one invocation serves at once. */
export const concurrency = 4

export const createRelayContext = (config: RelayConfig): RelayContext => {
  const client = createSqsClient({ endpoint: config.SQS_ENDPOINT, region: config.AWS_REGION })
  const slots = config.PHYSICS_SLOT_QUEUE_URLS.map((url) => sqsQueue(client, url))
  const slot = (index: number) => {
    const queue = slots[index]
    if (queue === undefined)
      throw new RangeError(`a lease names slot ${index}, but there are ${slots.length}`)
    return queue
  }
  const destinations = [physicsDestination({ wake: sqsQueue(client, config.PHYSICS_WAKE_QUEUE_URL), slot })]
  return {
    pool: createPool({
      connectionString: config.DATABASE_URL,
      applicationName: 'orrery-relay',
      max: concurrency * destinations.length,
    }),
    destinations,
    doorbell: sqsQueue(client, config.DOORBELL_QUEUE_URL),
    newId: randomUUID,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log: (line) => console.warn(line),
  }
}
