import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

export interface DynamoDbOptions {
  /** Of a compatible server; absent: AWS, or what AWS_ENDPOINT_URL says. */
  endpoint?: string
  region: string
}

/** A client; against a given endpoint it needs no credentials of the user. */
export const createDynamoDbClient = ({ endpoint, region }: DynamoDbOptions): DynamoDBClient =>
  new DynamoDBClient({
    region,
    ...(endpoint === undefined
      ? {}
      : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  })
