import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { fenceMs } from '../fence-ms.ts'
import { partitionOf } from './keys.ts'
import { nothing, type WorldState } from './world-state.ts'

export interface WorldRow {
  /** Another one after each change; undefined: there is no row. */
  version: string | undefined
  state: WorldState
}

export interface TicksTable {
  client: DynamoDBClient
  name: string
}

const keyOf = (worldId: string) => ({
  partition: { S: partitionOf(worldId, 'latest') },
  key: { S: 'latest' },
})

export const readWorldRow = async ({ client, name }: TicksTable, worldId: string): Promise<WorldRow> => {
  const command = new GetItemCommand({ TableName: name, Key: keyOf(worldId), ConsistentRead: true })
  const { Item: item } = await client.send(command)
  if (item === undefined) return { version: undefined, state: nothing(randomUUID()) }
  return { version: item.version!.S!, state: JSON.parse(item.state!.S!) }
}

/** Answers the row as it is now; undefined: it was no longer `before`, and nothing has changed. */
export const replaceWorldRow = async (
  { client, name }: TicksTable,
  worldId: string,
  { version: before }: WorldRow,
  state: WorldState,
): Promise<WorldRow | undefined> => {
  const version = randomUUID()
  const expiresAt = Math.ceil((state.heldUntilMs + fenceMs) / 1_000)
  try {
    await client.send(
      new PutItemCommand({
        TableName: name,
        Item: {
          ...keyOf(worldId),
          version: { S: version },
          state: { S: JSON.stringify(state) },
          expiresAt: { N: String(expiresAt) },
        },
        ...(before === undefined
          ? { ConditionExpression: 'attribute_not_exists(version)' }
          : {
              ConditionExpression: 'version = :before',
              ExpressionAttributeValues: { ':before': { S: before } },
            }),
      }),
    )
    return { version, state }
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}
