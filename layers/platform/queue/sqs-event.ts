import type { SQSBatchResponse, SQSRecord } from 'aws-lambda'
import type { ReceivedMessage } from './queue.ts'

/** A message as Lambda hands it to a function. */
export const receivedMessage = (record: SQSRecord): ReceivedMessage => ({
  messageId: record.messageId,
  body: record.body,
  receipt: record.receiptHandle,
  receiveCount: Number(record.attributes.ApproximateReceiveCount),
  sentAtMs: Number(record.attributes.SentTimestamp),
})

/** Leaves these messages in the queue; Lambda deletes the others of the event. */
export const keepMessages = (messages: ReceivedMessage[]): SQSBatchResponse => ({
  batchItemFailures: messages.map(({ messageId }) => ({ itemIdentifier: messageId })),
})
