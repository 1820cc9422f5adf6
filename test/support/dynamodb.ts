import type { AddressInfo } from 'node:net'
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { createDynamoDbClient } from '#platform/dynamodb/client'

/** DynamoDB over the wire, in this process and its memory. */
export interface LocalDynamoDb {
  endpoint: string
  client: DynamoDBClient
  /** Makes a table with string keys. */
  createTable(name: string, partitionKey: string, sortKey?: string): Promise<void>
  stop(): Promise<void>
}

/** Starts dynalite on a free port of 127.0.0.1. */
export const startLocalDynamoDb = async (): Promise<LocalDynamoDb> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createDynamoDbClient({ endpoint, region: 'us-east-1' })
  return {
    endpoint,
    client,
    createTable: async (name, partitionKey, sortKey) => {
      const keys = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey]
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
          KeySchema: keys.map((key, index) => ({
            AttributeName: key,
            KeyType: index === 0 ? 'HASH' : 'RANGE',
          })),
        }),
      )
    },
    stop: async () => {
      client.destroy()
      await new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
    },
  }
}
