import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'

/** An SQS server in this process, for local runs and tests. Its messages live in memory. */
export interface LocalSqs {
  endpoint: string
  stop(): Promise<void>
}

/** Listens on 127.0.0.1 alone: fauxqs's own `startFauxqs` listens on every address. Default port: a free one. */
export const startLocalSqs = async (port = 0): Promise<LocalSqs> => {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ port, host: '127.0.0.1' })
  return {
    endpoint,
    stop: async () => {
      await app.close()
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
