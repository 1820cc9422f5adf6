import { createDynamoDbClient, type DynamoDbOptions } from '#platform/dynamodb/client'
import type { ObjectStore } from '#platform/object-store/object-store'
import { dynamoLedgerStore } from '../adapters/dynamodb.ts'
import type { OpenedStore } from '../copies.ts'

export interface DynamoDbStoreOptions extends DynamoDbOptions {
  /** Exists: see `DynamoLedgerOptions`. */
  table: string
}

export const openDynamoDb = async (
  { table, ...options }: DynamoDbStoreOptions,
  archive: ObjectStore,
): Promise<OpenedStore> => {
  const client = createDynamoDbClient(options)
  return { store: dynamoLedgerStore({ client, table, archive }), close: async () => client.destroy() }
}
