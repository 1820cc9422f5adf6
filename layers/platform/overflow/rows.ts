import { createHash } from 'node:crypto'
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import type { OverflowKey } from './overflow.ts'

/** Partition key `key` (string), sort key `id` (string). One row for each message that waits in the queue. */
export interface OverflowTable {
  client: DynamoDBClient
  name: string
}

/** Whose row it is: a diverted request's, told apart from the same request diverted once more. */
export interface OverflowRow {
  key: OverflowKey
  id: string
}

/** A table that does not answer counts as away. */
const timeoutMs = 5_000
const inTime = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) })

/** The partition of a world, and the group of its messages: names may be longer than a group id. */
export const partitionOf = ({ tenantId, world }: OverflowKey): string =>
  createHash('sha256')
    .update(JSON.stringify([tenantId, world]))
    .digest('hex')

/** No request id has a space, so that none is the beginning of another one's. */
const rowIdPrefix = (requestId: string): string => `${requestId} `

export const rowId = (requestId: string, sendId: string): string => `${rowIdPrefix(requestId)}${sendId}`

export const putRow = async (
  { client, name }: OverflowTable,
  { key, id }: OverflowRow,
  since: Date,
): Promise<void> => {
  const item = {
    key: { S: partitionOf(key) },
    id: { S: id },
    tenantId: { S: key.tenantId },
    world: { S: key.world },
    since: { N: String(since.getTime()) },
  }
  await client.send(new PutItemCommand({ TableName: name, Item: item }), inTime())
}

/** Nothing where there is no such row. */
export const deleteRow = async ({ client, name }: OverflowTable, { key, id }: OverflowRow): Promise<void> => {
  const Key = { key: { S: partitionOf(key) }, id: { S: id } }
  await client.send(new DeleteItemCommand({ TableName: name, Key }), inTime())
}

/** Whether the world has a row; with a request's id: whether that request has one. Sees every earlier write. */
export const hasRow = async (
  { client, name }: OverflowTable,
  key: OverflowKey,
  requestId?: string,
): Promise<boolean> => {
  const query = new QueryCommand({
    TableName: name,
    ...(requestId === undefined
      ? whereKey(key)
      : whereKey(key, ' AND begins_with(id, :id)', { ':id': { S: rowIdPrefix(requestId) } })),
    ConsistentRead: true,
    Limit: 1,
    Select: 'COUNT',
  })
  const { Count: count = 0 } = await client.send(query, inTime())
  return count > 0
}

/** Deletes the world's rows from before that time. */
export const deleteRowsBefore = async (
  table: OverflowTable,
  key: OverflowKey,
  before: number,
): Promise<void> => {
  for (let after: Record<string, { S: string }> | undefined; ; ) {
    const query = new QueryCommand({
      TableName: table.name,
      ...whereKey(key, '', { ':before': { N: String(before) } }),
      FilterExpression: 'since < :before',
      ConsistentRead: true,
      ExclusiveStartKey: after,
    })
    const { Items: items = [], LastEvaluatedKey: last } = await table.client.send(query, inTime())
    for (const { id } of items) await deleteRow(table, { key, id: id!.S! })
    if (last === undefined) return
    after = last as typeof after
  }
}

/** A world that has rows; its oldest one is from `since`, in milliseconds since 1970. */
export interface WaitingWorld {
  key: OverflowKey
  since: number
}

/** Reads the whole table, which is empty in good times. */
export const waitingWorlds = async ({ client, name }: OverflowTable): Promise<WaitingWorld[]> => {
  const worlds = new Map<string, WaitingWorld>()
  for await (const { Items: items = [] } of paginateScan({ client }, { TableName: name }))
    for (const item of items) {
      const key = { tenantId: item.tenantId!.S!, world: item.world!.S! }
      const known = worlds.get(item.key!.S!) ?? { key, since: Number.POSITIVE_INFINITY }
      worlds.set(item.key!.S!, { key, since: Math.min(known.since, Number(item.since!.N)) })
    }
  return [...worlds.values()]
}

const whereKey = (
  key: OverflowKey,
  and = '',
  values: Record<string, { S: string } | { N: string }> = {},
) => ({
  KeyConditionExpression: `#key = :key${and}`,
  ExpressionAttributeNames: { '#key': 'key' },
  ExpressionAttributeValues: { ':key': { S: partitionOf(key) }, ...values },
})
