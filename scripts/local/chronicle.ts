import { createProjection, writeTimeoutMs } from '#chronicle/create-projection'
import type { Embedder } from '#chronicle/embedding/embedder'
import { startChronicles } from '#chronicle/projection/run-local'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { Metrics } from '#platform/telemetry/metrics'
import { createDoorbellRinger } from '#relay/doorbell'
import type { LocalQueues } from './queues.ts'

export interface LocalChronicleOptions {
  /** As orrery_background. */
  databaseUrl: string
  /** As orrery_app: what chronicles do to entities takes the way of all writes. */
  writerUrl: string
  queues: LocalQueues
  metrics: Metrics
  /** Undefined: chronicles are searched by their words alone. */
  embedder: Embedder | undefined
  log: (line: string) => void
}

/** Projects what chronicles record onto the entities of their worlds. */
export const startLocalChronicle = async (
  options: LocalChronicleOptions,
): Promise<{ stop(): Promise<void> }> => {
  const { databaseUrl, writerUrl, queues, metrics, log, embedder } = options
  const client = createSqsClient({ endpoint: queues.endpoint, region: queues.region })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(client, queues.urls.doorbell),
    now: () => performance.now(),
    transactionTimeoutMs: writeTimeoutMs,
  })
  const projection = createProjection({
    database: { connectionString: databaseUrl },
    writers: { connectionString: writerUrl },
    ...{ doorbell, metrics, log, embedder },
  })
  const loop = startChronicles({ ...projection.context, queue: sqsQueue(client, queues.urls.chronicle) })
  return {
    stop: async () => {
      await loop.stop()
      await projection.close()
      await doorbell.flush()
      client.destroy()
    },
  }
}
