import { databaseConnection } from '#platform/config/database'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { functionObjectStore } from '#platform/object-store/s3-rest'
import type { OverflowConsumer } from '#platform/overflow/consume'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { LambdaTelemetry } from '#platform/telemetry/lambda'
import { createDoorbellRinger } from '#relay/doorbell'
import { createSnapshotReminder } from '#world/snapshot-reminder'
import { createApiWriter } from '../api-writer.ts'
import type { OverflowConfig } from './config.ts'

export interface OverflowContext {
  consumer: OverflowConsumer
  /** Resolves when what the writes began without waiting is done: this process is frozen after each event. */
  flush(): Promise<unknown>
}

/** Requests take the same way into the database as those that the API writes at once. */
export const createOverflowContext = (
  config: OverflowConfig,
  { log, metrics }: Pick<LambdaTelemetry, 'log' | 'metrics'>,
): OverflowContext => {
  const region = config.AWS_REGION
  const sqs = createSqsClient({ region })
  const queue = (url: string) => sqsQueue(sqs, url)
  // clocks of this process stand still while it is frozen, and a ring that comes meanwhile would still be expected
  const doorbell = createDoorbellRinger({ queue: queue(config.DOORBELL_QUEUE_URL), now: Date.now })
  const snapshots = createSnapshotReminder({
    queue: queue(config.SNAPSHOTS_QUEUE_URL),
    now: () => new Date(),
  })
  const chronicle = createDoorbellRinger({ queue: queue(config.CHRONICLE_QUEUE_URL), now: Date.now })
  const { applyInOrder } = createApiWriter({
    ...{ database: databaseConnection(config), doorbell, snapshots, chronicle, metrics },
  })
  return {
    consumer: {
      table: { client: createDynamoDbClient({ region }), name: config.OVERFLOW_TABLE },
      queue: queue(config.OVERFLOW_QUEUE_URL),
      objects: functionObjectStore(config.OBJECTS_BUCKET, region),
      apply: (_, requests) => applyInOrder(requests),
      log,
    },
    flush: () => Promise.all([doorbell.flush(), snapshots.flush(), chronicle.flush()]),
  }
}
