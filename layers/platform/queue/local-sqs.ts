import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** An SQS server in this process, for local runs and tests. Its messages live in memory. */
export interface LocalSqs {
  endpoint: string
  /** Drops open connections and all messages. */
  stop(): Promise<void>
}

/**
 * Starts fauxqs on 127.0.0.1, in a thread of its own: a third of the work of a message is the server's, and
 * on the event loop of the API or the relay it would be taken from them. Default port: a free one.
 */
export const startLocalSqs = async (port = 0): Promise<LocalSqs> => {
  const worker = new Worker(new URL('./local-sqs-worker.ts', import.meta.url), { workerData: { port } })
  const [endpoint] = (await once(worker, 'message')) as [string]
  return {
    endpoint,
    stop: async () => {
      await worker.terminate()
    },
  }
}

/** Makes the queue, or finds it; one whose name ends in `.fifo` is FIFO. Answers its URL. */
export const createQueue = async (
  client: SQSClient,
  name: string,
  options: { visibilityTimeoutSeconds?: number } = {},
): Promise<string> => {
  const { QueueUrl: url } = await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        ...(name.endsWith('.fifo') ? { FifoQueue: 'true' } : {}),
        VisibilityTimeout: String(options.visibilityTimeoutSeconds ?? 60),
      },
    }),
  )
  if (url === undefined) throw new Error(`SQS answered no URL for the queue ${name}`)
  return url
}
