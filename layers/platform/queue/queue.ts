/** A message to send. FIFO queues need `groupId` and `deduplicationId`; standard queues take `delaySeconds`. */
export interface OutgoingMessage {
  body: string
  groupId?: string
  /** New for each send of the relay, the same on the client's own retry. */
  deduplicationId?: string
  /** 0 to 900. */
  delaySeconds?: number
}

export interface ReceivedMessage {
  messageId: string
  body: string
  receipt: string
  /** How often it was received, this time included. */
  receiveCount: number
  /** When it was sent, by the queue's clock; milliseconds since 1970. */
  sentAtMs: number
}

/** One queue: at least once; in order within a group where it is FIFO. At most 1 MiB a message. */
export interface Queue {
  /** @throws QueueRefused for a message the queue will never take; any other error is worth another try. */
  send(message: OutgoingMessage): Promise<void>
  /** Waits up to `waitSeconds` (0 to 20) for up to 10 messages. */
  receive(options: { waitSeconds: number; signal?: AbortSignal }): Promise<ReceivedMessage[]>
  acknowledge(messages: ReceivedMessage[]): Promise<void>
  /** Shows the message again after so many seconds (0 to 43,200). */
  postpone(message: ReceivedMessage, seconds: number): Promise<void>
}

/** The queue will never take this message: it is too large or malformed. An outage is never this. */
export class QueueRefused extends Error {
  readonly code = 'queue-refused'
}
