import { afterAll, beforeAll } from 'vitest'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { dynamoTickStore } from '#sync/stores/dynamodb'
import { memoryTickStore } from '#sync/stores/memory'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { testDynamoTickStore } from './tick-store-dynamodb.ts'
import { describeTickStore } from './tick-store-suite.ts'

let dynamodb: LocalDynamoDb
beforeAll(async () => {
  dynamodb = await startLocalDynamoDb()
  await dynamodb.createTable('ticks', 'partition', 'key')
})
afterAll(() => dynamodb?.stop())

describeTickStore('memory', async (options) => memoryTickStore({ ...options, maxBytes: 64 * 2 ** 20 }), {
  ...{ isShared: false, numRuns: 200 },
})

describeTickStore(
  'DynamoDB, dynalite',
  async (options) => dynamoTickStore({ ...options, table: { client: dynamodb.client, name: 'ticks' } }),
  { numRuns: 15 },
)

testDynamoTickStore('dynalite', () =>
  createDynamoDbClient({ endpoint: dynamodb.endpoint, region: 'us-east-1' }),
)
