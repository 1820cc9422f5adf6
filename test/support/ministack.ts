import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { needTools } from '../adapters/tools.ts'
import { startEndpoint } from '../deploy/endpoint.ts'

/** A client of MiniStack, which checks who asks. */
export const miniStackClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

/** A table of another DynamoDB than dynalite, MiniStack's; its keys are `partition` and `key`. */
export const startMiniStackTable = async (
  table: string,
): Promise<{ endpoint: string; stop: () => Promise<void> }> => {
  needTools('dynamodb')
  const folder = mkdtempSync(join(tmpdir(), 'orrery-ministack-'))
  const endpoint = await startEndpoint(folder, join(folder, 'ministack.log'))
  const client = miniStackClient(endpoint.url)
  await client.send(
    new CreateTableCommand({
      ...{ TableName: table, BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: ['partition', 'key'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'partition', KeyType: 'HASH' },
        { AttributeName: 'key', KeyType: 'RANGE' },
      ],
    }),
  )
  client.destroy()
  return {
    endpoint: endpoint.url,
    stop: async () => {
      await endpoint.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
