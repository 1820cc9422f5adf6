import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs'
import { type Queue, QueueRefused, type ReceivedMessage } from './queue.ts'
import { sendPlainJson } from './sqs-plain-json.ts'

export interface SqsOptions {
  /** Of a LocalStack-compatible server; absent: AWS. */
  endpoint?: string
  region: string
}

/** A client; against a local endpoint it needs no credentials of the user. */
export const createSqsClient = ({ endpoint, region }: SqsOptions): SQSClient => {
  const client = new SQSClient({
    region,
    // the signature covers what is sent, and TLS what is received
    md5: false,
    // the host in the URL of a queue has addresses of IPv4 alone, to which there is no way from the VPC
    useQueueUrlAsEndpoint: false,
    ...(endpoint === undefined
      ? {}
      : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  })
  sendPlainJson(client)
  return client
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors
const refusals = new Set([
  'InvalidMessageContents',
  'InvalidParameterValue',
  'InvalidAttributeValue',
  'UnsupportedOperation',
])

/** A server that does not answer counts as away, well within a transaction that waits for the send. */
const sendTimeoutMs = 5_000

// an error that the SDK has no class for keeps the prefix that the query protocol gave it
const errorCode = ({ name }: SQSServiceException): string => name.replace('AWS.SimpleQueueService.', '')

export const sqsQueue = (client: SQSClient, queueUrl: string): Queue => ({
  send: async ({ body, groupId, deduplicationId, delaySeconds }) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
      DelaySeconds: delaySeconds,
    })
    const abortSignal = AbortSignal.timeout(sendTimeoutMs)
    await client.send(command, { abortSignal }).catch((error: unknown) => {
      if (error instanceof SQSServiceException && refusals.has(errorCode(error)))
        throw new QueueRefused(error.message, { cause: error })
      throw error
    })
  },

  receive: async ({ waitSeconds, signal }) => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    })
    const { Messages: messages = [] } = await client.send(command, { abortSignal: signal })
    return messages.map(toReceived)
  },

  acknowledge: async (messages) => {
    for (let start = 0; start < messages.length; start += 10) {
      const entries = messages
        .slice(start, start + 10)
        .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }))
      // an entry that could not be deleted is received again, which every consumer bears
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
    }
  },

  postpone: async ({ receipt }, seconds) => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receipt,
        VisibilityTimeout: Math.ceil(seconds),
      }),
    )
  },
})

const toReceived = ({ MessageId, Body, ReceiptHandle, Attributes }: Message): ReceivedMessage => ({
  messageId: MessageId ?? '',
  body: Body ?? '',
  receipt: ReceiptHandle ?? '',
  receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
  sentAtMs: Number(Attributes?.SentTimestamp ?? Number.POSITIVE_INFINITY),
})
