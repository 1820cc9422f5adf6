import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamoLedgerStore } from '#ledger/adapters/dynamodb'
import { needTools } from '../../adapters/tools.ts'
import { startEndpoint } from '../../deploy/endpoint.ts'
import type { Connect, LedgerStoreTarget } from '../ledger-store-target.ts'

/** It checks who asks. */
const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

/** A table of another DynamoDB than dynalite, MiniStack's. */
export const openMiniStackTable = async (): Promise<LedgerStoreTarget> => {
  needTools('dynamodb')
  const folder = mkdtempSync(join(tmpdir(), 'orrery-ministack-'))
  const endpoint = await startEndpoint(folder, join(folder, 'ministack.log'))
  const client = clientOf(endpoint.url)
  await client.send(
    new CreateTableCommand({
      ...{ TableName: 'ledger', BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: ['partition', 'key'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'partition', KeyType: 'HASH' },
        { AttributeName: 'key', KeyType: 'RANGE' },
      ],
    }),
  )
  client.destroy()
  return {
    module: import.meta.url,
    settings: endpoint.url,
    stop: async () => {
      await endpoint.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const connect: Connect = async (endpoint: string, archive) => {
  const client = clientOf(endpoint)
  return {
    store: dynamoLedgerStore({ client, table: 'ledger', archive }),
    close: async () => client.destroy(),
  }
}
