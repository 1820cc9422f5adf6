import { ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs'
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { EncryptCommand } from '@aws-sdk/client-kms'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createKmsClient } from '#world/sealing/kms'
import { createDynamoDbClient } from '../dynamodb/client.ts'
import { createS3Client } from '../object-store/s3.ts'
import { createSqsClient } from '../queue/sqs.ts'

// On AWS functions and tasks have no way out but IPv6: a host without such addresses is a call that hangs.

beforeEach(() => {
  vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'true')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'nobody')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'nothing')
  vi.stubEnv('AWS_ENDPOINT_URL', undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

const region = 'eu-central-1'
const url = `https://sqs.${region}.amazonaws.com/123456789012/orrery-dev-doorbell`

interface Sends {
  // biome-ignore lint/suspicious/noExplicitAny: each client has its own types of commands
  send(command: any): Promise<unknown>
  middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    add(middleware: any, options: any): void
  }
}

/** The host that a command would be sent to. */
const hostOf = async (client: Sends, command: object): Promise<string> => {
  let host = ''
  const stop = () => async (args: { request: { hostname: string } }) => {
    host = args.request.hostname
    throw new Error('far enough')
  }
  client.middlewareStack.add(stop, { step: 'finalizeRequest', priority: 'low' })
  await expect(client.send(command)).rejects.toThrow('far enough')
  return host
}

it.each([
  [
    'SQS',
    createSqsClient({ region }),
    new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }),
    'sqs.eu-central-1.api.aws',
  ],
  [
    'EventBridge',
    new EventBridgeClient({ region }),
    new DescribeEventBusCommand({}),
    'events.eu-central-1.api.aws',
  ],
  [
    'Secrets Manager',
    new SecretsManagerClient({ region }),
    new GetSecretValueCommand({ SecretId: 'x' }),
    // this service has one name for both
    'secretsmanager.eu-central-1.amazonaws.com',
  ],
  [
    'KMS',
    createKmsClient({ region }),
    new EncryptCommand({ KeyId: 'x', Plaintext: Buffer.alloc(32) }),
    'kms.eu-central-1.api.aws',
  ],
  ['ECS', new ECSClient({ region }), new ListClustersCommand({}), 'ecs.eu-central-1.api.aws'],
  ['DynamoDB', createDynamoDbClient({ region }), new ListTablesCommand({}), 'dynamodb.eu-central-1.api.aws'],
  [
    'S3',
    createS3Client({ region }),
    new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }),
    'bucket.s3.dualstack.eu-central-1.amazonaws.com',
  ],
] as [string, Sends, object, string][])(
  '%s is called by a name that has addresses of IPv6',
  async (_, client, command, host) => {
    expect(await hostOf(client, command)).toBe(host)
  },
)
