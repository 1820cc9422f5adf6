import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'

/** Partition key `tenant` (string); each item is a bucket, which the time to live `expiresAt` removes when it is full. */
export interface BucketTable {
  client: DynamoDBClient
  name: string
}

/** Nobody waits longer for it: a limiter that is away must not keep requests. */
const timeoutMs = 1_000
const inTime = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) })

/** When the bucket will be full, in whole microseconds since 1970; undefined where it has not been used for long. */
export const readBucket = async (
  { client, name }: BucketTable,
  tenantId: string,
): Promise<number | undefined> => {
  const Key = { tenant: { S: tenantId } }
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: name, Key, ConsistentRead: true }),
    inTime(),
  )
  return item?.fullAt === undefined ? undefined : Number(item.fullAt.N)
}

export interface Draft {
  /** Whether the bucket is believed to be full. */
  isFull: boolean
  nowMicros: number
  /** Time in which what is taken comes back. */
  takenMicros: number
  /** Time in which an empty bucket is full. */
  burstMicros: number
}

/**
 * Takes from the bucket, if it is as full as believed and holds so much; answers when it will be full then,
 * otherwise undefined. Others who take at the same time do not disturb it: nothing is compared with what was read.
 */
export const drawFromBucket = async (
  { client, name }: BucketTable,
  tenantId: string,
  { isFull, nowMicros, takenMicros, burstMicros }: Draft,
): Promise<number | undefined> => {
  const update = new UpdateItemCommand({
    TableName: name,
    Key: { tenant: { S: tenantId } },
    ...(isFull
      ? {
          ConditionExpression: 'attribute_not_exists(fullAt) OR fullAt < :now',
          UpdateExpression: 'SET fullAt = :after, expiresAt = :expires',
          ExpressionAttributeValues: {
            ':now': number(nowMicros),
            ':after': number(nowMicros + takenMicros),
            ':expires': number(Math.ceil((nowMicros + burstMicros) / 1e6)),
          },
        }
      : {
          ConditionExpression: 'fullAt BETWEEN :now AND :most',
          UpdateExpression: 'SET fullAt = fullAt + :taken, expiresAt = :expires',
          ExpressionAttributeValues: {
            ':now': number(nowMicros),
            ':most': number(nowMicros + burstMicros - takenMicros),
            ':taken': number(takenMicros),
            ':expires': number(Math.ceil((nowMicros + burstMicros) / 1e6)),
          },
        }),
    ReturnValues: 'UPDATED_NEW',
  })
  try {
    const { Attributes: after } = await client.send(update, inTime())
    return Number(after!.fullAt!.N)
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}

const number = (value: number) => ({ N: String(value) })
