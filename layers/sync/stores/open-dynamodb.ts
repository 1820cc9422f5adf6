import { createDynamoDbClient, type DynamoDbOptions } from '#platform/dynamodb/client'
import type { TickStore, TickStoreOptions } from '../tick-store.ts'
import { dynamoTickStore } from './dynamodb.ts'

/** The store with a client of its own, which it closes. */
export const openDynamoTickStore = (
  { table: name, ...connection }: DynamoDbOptions & { table: string },
  options: TickStoreOptions,
): TickStore => {
  const client = createDynamoDbClient(connection)
  const store = dynamoTickStore({ ...options, table: { client, name } })
  return {
    ...store,
    close: async () => {
      await store.close()
      client.destroy()
    },
  }
}
