import { randomUUID } from 'node:crypto'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { sqsQueue } from '#platform/queue/sqs'
import { eventBridgePublisher } from '#relay/eventbridge'
import type { PublisherFixture } from './publisher-suite.ts'

/** A bus of its own with a queue that listens, on the endpoint that AWS_ENDPOINT_URL names. */
export const openEventBridge = async (): Promise<PublisherFixture> => {
  const events = new EventBridgeClient()
  const sqs = new SQSClient({ md5: false })
  const name = `publisher-${randomUUID()}`
  await events.send(new CreateEventBusCommand({ Name: name }))
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
  const attributes = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const EventPattern = JSON.stringify({ source: ['orrery'] })
  await events.send(new PutRuleCommand({ Name: name, EventBusName: name, EventPattern }))
  const Targets = [{ Id: 'queue', Arn: attributes.Attributes!.QueueArn }]
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName: name, Targets }))
  const queue = sqsQueue(sqs, QueueUrl!)
  return {
    publisher: eventBridgePublisher(events, name),
    arrived: async () => {
      const messages = await queue.receive({ waitSeconds: 1 })
      await queue.acknowledge(messages)
      return messages.map(({ body }) => JSON.parse(body).detail)
    },
    close: async () => {
      events.destroy()
      sqs.destroy()
    },
  }
}
