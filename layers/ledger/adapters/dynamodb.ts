import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { LedgerStore } from '../ledger-store.ts'
import { recordLedgerStore } from '../records/record-store.ts'
import type { Records, StoredRecord } from '../records/records.ts'

export interface DynamoLedgerOptions {
  client: DynamoDBClient
  /** Exists, with the partition key `partition` and the sort key `key`, both texts. */
  table: string
  archive: ObjectStore
}

/** Commits as items of a DynamoDB table; one conditional put decides what is kept, no transaction is needed. */
export const dynamoLedgerStore = ({ client, table, archive }: DynamoLedgerOptions): LedgerStore =>
  recordLedgerStore(dynamoRecords(client, table), archive)

const dynamoRecords = (client: DynamoDBClient, table: string): Records => {
  const keyOf = (partition: string, key: string) => ({ partition: { S: partition }, key: { S: key } })
  const get = async (partition: string, key: string): Promise<Buffer | undefined> => {
    const command = new GetItemCommand({
      TableName: table,
      Key: keyOf(partition, key),
      ConsistentRead: true,
    })
    const { Item: item } = await client.send(command)
    return item && Buffer.from(item.value!.B!)
  }
  const itemOf = (partition: string, key: string, value: Buffer) => ({
    TableName: table,
    Item: { ...keyOf(partition, key), value: { B: value } },
  })
  return {
    // an item has at most 400 KB
    maxValueBytes: 350_000,
    get,
    put: async (partition, key, value) => {
      await client.send(new PutItemCommand(itemOf(partition, key, value)))
    },
    claim: async (partition, key, value) => {
      try {
        await client.send(
          new PutItemCommand({
            ...itemOf(partition, key, value),
            ConditionExpression: 'attribute_not_exists(#key)',
            ExpressionAttributeNames: { '#key': 'key' },
          }),
        )
        return value
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        return get(partition, key)
      }
    },
    delete: async (partition, key) => {
      await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(partition, key) }))
    },
    scan: (partition, after, limit) => scan(client, table, partition, after, limit),
  }
}

const scan = async (
  client: DynamoDBClient,
  table: string,
  partition: string,
  after: string,
  limit: number,
): Promise<StoredRecord[]> => {
  const records: StoredRecord[] = []
  let from = after
  // a page has at most 1 MB
  for (;;) {
    const { Items: items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#partition = :partition AND #key > :after',
        ExpressionAttributeNames: { '#partition': 'partition', '#key': 'key' },
        // no key is smaller than a space, and an empty text is none
        ExpressionAttributeValues: { ':partition': { S: partition }, ':after': { S: from || ' ' } },
        Limit: limit - records.length,
      }),
    )
    records.push(...items.map(({ key, value }) => ({ key: key!.S!, value: Buffer.from(value!.B!) })))
    if (last === undefined || records.length >= limit) return records
    from = last.key!.S!
  }
}
