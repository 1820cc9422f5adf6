import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { mapConcurrently } from '#platform/map-concurrently'
import type { Item } from './keys.ts'
import type { TicksTable } from './world-row.ts'
import { waitForTable } from './write-items.ts'

export interface KeyRange {
  partition: string
  /** Keys that are not before it. */
  from: string
  /** And not after it. */
  to: string
}

/** The items of a range, in order; a page is 1 MB, or `pageItems`. Stop taking them, and no further page is read. */
export async function* queryItems(
  { client, name }: TicksTable,
  { partition, from, to }: KeyRange,
  pageItems?: number,
): AsyncGenerator<Item> {
  let start: Item | undefined
  do {
    const { Items: items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        TableName: name,
        // what has been committed is there
        ConsistentRead: true,
        KeyConditionExpression: '#partition = :partition AND #key BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#partition': 'partition', '#key': 'key' },
        ExpressionAttributeValues: {
          ':partition': { S: partition },
          ':from': { S: from },
          ':to': { S: to },
        },
        ...(start !== undefined && { ExclusiveStartKey: start }),
        ...(pageItems !== undefined && { Limit: pageItems }),
      }),
    )
    yield* items
    start = last
  } while (start !== undefined)
}

/** DynamoDB gives no more in one request, and no more than 16 MB: the rest is asked for again. */
const batchKeys = 100
const concurrency = 6

/** Those of the items that exist, in no order. @throws TicksTableBusy */
export const getItems = async (table: TicksTable, keys: readonly Item[]): Promise<Item[]> => {
  const batches: Item[][] = []
  for (let from = 0; from < keys.length; from += batchKeys) batches.push(keys.slice(from, from + batchKeys))
  const workers = Math.min(concurrency, batches.length)
  return (await mapConcurrently(batches, workers, (batch) => getBatch(table, batch))).flat()
}

const getBatch = async ({ client, name }: TicksTable, batch: Item[]): Promise<Item[]> => {
  const found: Item[] = []
  let keys = batch
  for (let attempt = 0; keys.length > 0; ) {
    if (attempt > 0) await waitForTable(attempt)
    const RequestItems = { [name]: { Keys: keys, ConsistentRead: true } }
    const { Responses: responses = {}, UnprocessedKeys: left = {} } = await client.send(
      new BatchGetItemCommand({ RequestItems }),
    )
    const items = responses[name] ?? []
    found.push(...items)
    keys = left[name]?.Keys ?? []
    // where it gives something it is not busy, but the answer is full
    attempt = items.length > 0 ? 0 : attempt + 1
  }
  return found
}
