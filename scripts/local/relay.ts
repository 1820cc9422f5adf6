import { randomUUID } from 'node:crypto'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { Metrics } from '#platform/telemetry/metrics'
import { createDispatcher, type Rule } from '#relay/dispatcher'
import { measureRelay } from '#relay/measure'
import { physicsDestination } from '#relay/physics-destination'
import { startRelay } from '#relay/run-local'
import type { LocalQueues } from './queues.ts'

export interface LocalRelayOptions {
  /** As orrery_relay. */
  databaseUrl: string
  queues: LocalQueues
  /** Of the local bus; default none: nobody else listens. */
  rules?: Rule[]
  metrics: Metrics
  log: (line: string) => void
}

export interface LocalRelay {
  /** Measures what it has yet to do, in all worlds. */
  measure(): Promise<void>
  stop(): Promise<void>
}

const concurrency = 8

/** The relay with the destinations of a local stack: physics through its queues, and the local bus. */
export const startLocalRelay = async (options: LocalRelayOptions): Promise<LocalRelay> => {
  const { databaseUrl, metrics, log, rules = [] } = options
  const { endpoint, region, urls } = options.queues
  const client = createSqsClient({ endpoint, region })
  const destinations = [
    physicsDestination({
      wake: sqsQueue(client, urls.wake),
      slot: (slot) => sqsQueue(client, urls.slots[slot]!),
    }),
    { name: 'bus', kind: 'publisher', publisher: createDispatcher(rules, randomUUID) } as const,
  ]
  const pool = createPool({
    connectionString: databaseUrl,
    applicationName: 'orrery-relay',
    max: concurrency * destinations.length,
  })
  const context = {
    ...{ pool, destinations, doorbell: sqsQueue(client, urls.doorbell), metrics, log },
    ...{ newId: randomUUID, monotonicMs: () => performance.now(), random: Math.random },
  }
  const relay = startRelay(context, { concurrency })
  return {
    measure: () => measureRelay(context),
    stop: async () => {
      await relay.stop()
      await pool.end()
      client.destroy()
    },
  }
}
