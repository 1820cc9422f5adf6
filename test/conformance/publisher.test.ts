import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createQueue, startLocalSqs } from '#platform/queue/local-sqs'
import { QueueRefused } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { BusEntry } from '#relay/destination'
import { createDispatcher } from '#relay/dispatcher'
import { describePublisher } from './publisher-suite.ts'

describePublisher('local dispatcher', async () => {
  const server = await startLocalSqs()
  const client = createSqsClient({ endpoint: server.endpoint, region: 'us-east-1' })
  const queue = sqsQueue(client, await createQueue(client, 'listener'))
  const rule = { name: 'all', match: {}, target: { kind: 'queue', queue } } as const
  return {
    publisher: createDispatcher([rule], randomUUID),
    arrived: async () => {
      const messages = await queue.receive({ waitSeconds: 1 })
      await queue.acknowledge(messages)
      return messages.map(({ body }) => JSON.parse(body))
    },
    close: async () => {
      client.destroy()
      await server.stop()
    },
  }
})

it.each([
  [new QueueRefused('too large'), 'refused'],
  [new Error('away'), 'retry'],
])('the local dispatcher holds back what comes behind an entry that failed: %s', async (error, status) => {
  const seen: number[] = []
  const invoke = async ({ seq }: BusEntry) => {
    if (seq === 2) throw error
    seen.push(seq)
  }
  const publisher = createDispatcher(
    [{ name: 'all', match: {}, target: { kind: 'function', invoke } }],
    randomUUID,
  )
  const entries = [1, 2, 3].map((seq) => ({ seq }) as BusEntry)
  const results = await publisher.publish(entries)
  expect(results.map((result) => result.status)).toEqual(['accepted', status, 'retry'])
  expect(seen).toEqual([1])
})
