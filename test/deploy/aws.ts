import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'

/** What the tests do on the endpoint beside the API, as an operator would. */
export interface Operator {
  queueAttributes(name: string): Promise<Record<string, string>>
  /** After how many deliveries a message of the queue is dead. */
  setMaxReceiveCount(name: string, count: number): Promise<void>
  send(name: string, body: string, group?: string): Promise<void>
  /** What has arrived in at most two seconds. */
  receive(name: string): Promise<Message[]>
  /** Makes a queue that gets the events of the bus which fit the pattern, as another system would, until `close`. */
  subscribe(bus: string, name: string, pattern: object): Promise<void>
  close(): Promise<void>
}

export const createOperator = (): Operator => {
  const sqs = new SQSClient()
  const events = new EventBridgeClient()
  const subscriptions: { EventBusName: string; name: string }[] = []
  const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!
  const queueAttributes = async (name: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl: await urlOf(name), AttributeNames: ['All'] })
    return (await sqs.send(command)).Attributes!
  }
  return {
    queueAttributes,
    setMaxReceiveCount: async (name, maxReceiveCount) => {
      const { RedrivePolicy } = await queueAttributes(name)
      const policy = JSON.stringify({ ...JSON.parse(RedrivePolicy!), maxReceiveCount })
      const Attributes = { RedrivePolicy: policy }
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: await urlOf(name), Attributes }))
    },
    send: async (name, MessageBody, MessageGroupId) => {
      const group = MessageGroupId && { MessageGroupId, MessageDeduplicationId: crypto.randomUUID() }
      await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(name), MessageBody, ...group }))
    },
    receive: async (name) => {
      const command = new ReceiveMessageCommand({
        ...{ QueueUrl: await urlOf(name), MaxNumberOfMessages: 10, WaitTimeSeconds: 2 },
        MessageSystemAttributeNames: ['All'],
      })
      return (await sqs.send(command)).Messages ?? []
    },
    subscribe: async (EventBusName, name, pattern) => {
      await sqs.send(new CreateQueueCommand({ QueueName: name }))
      const { QueueArn } = await queueAttributes(name)
      const rule = { Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }
      await events.send(new PutRuleCommand(rule))
      const Targets = [{ Id: 'queue', Arn: QueueArn }]
      await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }))
      subscriptions.push({ EventBusName, name })
    },
    close: async () => {
      for (const { EventBusName, name } of subscriptions) {
        await events.send(new RemoveTargetsCommand({ Rule: name, EventBusName, Ids: ['queue'] }))
        await events.send(new DeleteRuleCommand({ Name: name, EventBusName }))
        await sqs.send(new DeleteQueueCommand({ QueueUrl: await urlOf(name) }))
      }
      sqs.destroy()
      events.destroy()
    },
  }
}
