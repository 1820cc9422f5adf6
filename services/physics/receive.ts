import * as z from 'zod'
import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import type { EventBatch } from '#world/event'
import { type RetryOptions, retrying } from './retry.ts'

const batchBody = z.object({
  worldId: z.uuid(),
  tenantId: z.string(),
  fromSeq: z.int(),
  toSeq: z.int(),
  events: z.array(z.looseObject({ seq: z.int() })),
})

/** The batch in a message's body; undefined for anything else, which nobody can apply. */
const parseBatch = (body: string): EventBatch | undefined => {
  try {
    return batchBody.parse(JSON.parse(body)) as unknown as EventBatch
  } catch {
    return undefined
  }
}

/** Seconds until a message that could not be taken comes again. */
const againSeconds = 2

/**
 * Receives until the signal ends it. A message is acknowledged when `take` has resolved, or when it is none
 * of ours; where `take` fails it comes again.
 */
export const receiveBatches = async (
  queue: Queue,
  take: (batch: EventBatch) => Promise<void>,
  { signal, report }: RetryOptions,
): Promise<void> => {
  while (!signal.aborted) {
    const messages = await retrying(() => queue.receive({ waitSeconds: 20, signal }), {
      signal,
      report: (error) => signal.aborted || report(error),
    }).catch(() => [])
    const taken: ReceivedMessage[] = []
    for (const message of messages) {
      try {
        const batch = parseBatch(message.body)
        if (batch === undefined)
          report(new Error(`message ${message.messageId} is no batch of events and is dropped`))
        else await take(batch)
        taken.push(message)
      } catch (error) {
        report(error)
        await queue.postpone(message, againSeconds).catch(report)
      }
    }
    // one that could not be acknowledged comes again, and is known
    if (taken.length > 0) await queue.acknowledge(taken).catch(report)
  }
}
