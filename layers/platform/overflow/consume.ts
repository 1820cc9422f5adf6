import type { ObjectStore } from '../object-store/object-store.ts'
import type { Queue, ReceivedMessage } from '../queue/queue.ts'
import { type OverflowMessage, parseMessage } from './message.ts'
import type { OverflowKey, OverflowRequest } from './overflow.ts'
import { deleteRow, deleteRowsBefore, type OverflowTable, partitionOf } from './rows.ts'

export interface OverflowConsumer {
  table: OverflowTable
  queue: Pick<Queue, 'postpone'>
  objects: ObjectStore
  /**
   * Writes requests of one world to the database, in order; resolves when the outcome of each is committed there,
   * be it a refusal. Where one fails, it and those behind it have not been written. Must bear to see a request
   * again that it has already applied.
   */
  apply(key: OverflowKey, requests: OverflowRequest[]): Promise<void>
  log: (line: string) => void
  /** Until a message that could not be applied is shown again; default `backoffSeconds`. */
  backoffSeconds?: (receiveCount: number) => number
}

/**
 * Exponential, to 5 minutes at most; from the 500th time on 30 minutes. With a queue that dead-letters after
 * 1,000 receives an outage of 12 days keeps its requests in the queue; beyond that the dead-letter queue is the
 * better place, since the queue itself forgets what is 14 days old.
 */
export const backoffSeconds = (receiveCount: number): number =>
  receiveCount > 500 ? 1_800 : Math.min(300, 2 ** Math.min(receiveCount - 1, 9))

/**
 * Applies the messages, those of a world in the order given, worlds beside each other, and answers those that
 * must stay in the queue; the others may be deleted. Where one cannot be applied, all behind it of its world
 * stay too, in order, and are shown again together. See `createSqsOverflow` for what a crash leaves behind.
 */
export const consumeOverflow = async (
  consumer: OverflowConsumer,
  messages: ReceivedMessage[],
): Promise<ReceivedMessage[]> => {
  const read = messages.map((received) => ({ received, message: parseMessage(received.body) }))
  const worlds = Map.groupBy(read, ({ received, message }) =>
    message === undefined ? received.messageId : partitionOf(message.key),
  )
  const kept = await Promise.all([...worlds.values()].map((ofWorld) => consumeInTurn(consumer, ofWorld)))
  return kept.flat()
}

interface Read {
  received: ReceivedMessage
  /** Undefined: no message of ours. It is kept until it is dead-lettered, as it may hold what somebody was promised. */
  message: OverflowMessage | undefined
}

const consumeInTurn = async (consumer: OverflowConsumer, read: Read[]): Promise<ReceivedMessage[]> => {
  const applied = await applyUntilFailure(consumer, read)
  const cleared = await Promise.allSettled(applied.map((message) => clear(consumer, message)))
  const kept = read
    .filter((_, index) => cleared[index]?.status !== 'fulfilled')
    .map(({ received }) => received)
  if (kept.length === 0) return []
  // where that fails, the message comes again after the queue's own visibility timeout
  const seconds = (consumer.backoffSeconds ?? backoffSeconds)(Math.max(...kept.map(receivesOf)))
  await Promise.allSettled(kept.map((received) => consumer.queue.postpone(received, seconds)))
  return kept
}

const receivesOf = ({ receiveCount }: ReceivedMessage): number => receiveCount

/** The messages that were applied; the next one was not. */
const applyUntilFailure = async (consumer: OverflowConsumer, read: Read[]): Promise<OverflowMessage[]> => {
  const messages = read.flatMap(({ message }) => message ?? [])
  if (messages.length === read.length && read.length > 1) {
    // together they are one transaction; which of them fails shows when each is alone
    const areApplied = await applyMessages(consumer, messages).then(
      () => true,
      () => false,
    )
    if (areApplied) return messages
  }
  const applied: OverflowMessage[] = []
  for (const { received, message } of read) {
    try {
      if (message === undefined) throw new Error('it cannot be read')
      await applyMessages(consumer, [message])
      applied.push(message)
    } catch (error) {
      const where = message === undefined ? '' : ` of ${message.key.world}`
      const why = error instanceof Error ? error.message : String(error)
      consumer.log(`overflow${where} waits, message ${received.messageId} fails: ${why}`)
      break
    }
  }
  return applied
}

const applyMessages = async (consumer: OverflowConsumer, messages: OverflowMessage[]): Promise<void> => {
  const requests = await Promise.all(messages.map((message) => requestOf(consumer, message)))
  const present = requests.filter((request) => request !== undefined)
  if (present.length > 0) await consumer.apply(messages[0]!.key, present)
}

const requestOf = async (
  { objects, log }: OverflowConsumer,
  message: OverflowMessage,
): Promise<OverflowRequest | undefined> => {
  if ('request' in message) return message.request
  if (!('object' in message)) return undefined
  const bytes = await objects.get(message.object)
  if (bytes !== undefined) return JSON.parse(bytes.toString()) as OverflowRequest
  log(`overflow of ${message.key.world}: ${message.object} is gone: applied before, or never accepted`)
  return undefined
}

/** What must be done after a message was applied and before it may be deleted. */
const clear = async ({ table, objects }: OverflowConsumer, message: OverflowMessage): Promise<void> => {
  if ('deleteBefore' in message) return deleteRowsBefore(table, message.key, message.deleteBefore)
  await deleteRow(table, message)
  if ('object' in message) await objects.delete(message.object)
}
