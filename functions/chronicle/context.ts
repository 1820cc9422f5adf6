import { createProjection, writeTimeoutMs } from '#chronicle/create-projection'
import { createEmbedder } from '#chronicle/embedding/settings'
import type { BellContext } from '#chronicle/projection/serve-bells'
import { databaseConnection } from '#platform/config/database'
import { untilAwakeMs } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { LambdaTelemetry } from '#platform/telemetry/lambda'
import { createDoorbellRinger } from '#relay/doorbell'
import type { ChronicleConfig } from './config.ts'

export interface Chronicles {
  context: BellContext
  /** Resolves when what was begun without waiting is done: this process is frozen after each event. */
  flush(): Promise<void>
}

export const createChronicles = (
  config: ChronicleConfig,
  { log, metrics }: Pick<LambdaTelemetry, 'log' | 'metrics'>,
): Chronicles => {
  const sqs = createSqsClient({ region: config.AWS_REGION })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(sqs, config.DOORBELL_QUEUE_URL),
    // clocks of this process stand still while it is frozen, and a ring that comes meanwhile would still be expected
    now: Date.now,
    transactionTimeoutMs: writeTimeoutMs,
  })
  const { context } = createProjection({
    database: databaseConnection(config),
    writers: databaseConnection({ ...config, DATABASE_URL: config.WRITER_DATABASE_URL }),
    ...{ doorbell, log, metrics, connectionTimeoutMs: untilAwakeMs },
    embedder: createEmbedder(config),
  })
  return { context: { ...context, queue: sqsQueue(sqs, config.CHRONICLE_QUEUE_URL) }, flush: doorbell.flush }
}
