import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { ReceivedMessage } from '#platform/queue/queue'
import { receivedMessage } from '#platform/queue/sqs-event'
import { measureRelay } from '#relay/measure'
import type { RelayContext } from '#relay/relay'
import { groupDoorbells, serveWorld, type WorldRing } from '#relay/serve-doorbells'
import { concurrency } from './context.ts'

/**
 * Serves each world once for all its doorbells in the event. A doorbell that is returned is reported as failed,
 * which leaves it in the queue, and is shown again soon instead of after the queue's own time.
 */
export const handleDoorbells = async (context: RelayContext, event: SQSEvent): Promise<SQSBatchResponse> => {
  const { rings, unreadable } = groupDoorbells(event.Records.map(receivedMessage))
  const worldIds = rings.map(({ worldId }) => worldId)
  // what is no doorbell ends among the dead letters, where somebody sees it
  const batchItemFailures = unreadable.map(({ messageId }) => ({ itemIdentifier: messageId }))
  const serve = async (): Promise<void> => {
    for (let ring = rings.shift(); ring !== undefined; ring = rings.shift())
      for (const message of await returnedOf(context, ring))
        batchItemFailures.push({ itemIdentifier: message.messageId })
  }
  await Promise.all(Array.from({ length: concurrency }, serve))
  await measureRelay(context, worldIds)
  return { batchItemFailures }
}

const returnedOf = async (context: RelayContext, ring: WorldRing): Promise<ReceivedMessage[]> => {
  const answer = await serveWorld(context, ring)
  if (answer.status === 'served') return []
  const { afterSeconds } = answer
  // where that fails, the doorbell comes again after the queue's own visibility timeout
  await Promise.allSettled(ring.messages.map((message) => context.doorbell.postpone(message, afterSeconds)))
  return ring.messages
}
