import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamoDbRateLimiter } from '#platform/limits/dynamodb'
import type { Log } from '#platform/telemetry/log'
import type { RequestLimits } from './admission.ts'
import type { ReadingApiSettings } from './api-settings.ts'

/** What each tenant may send, counted in a table by all functions together. */
export const tableLimits = (
  { LIMITS_TABLE, TENANT_LIMITS }: ReadingApiSettings,
  client: DynamoDBClient,
  log: Log,
): RequestLimits => ({
  limiter: dynamoDbRateLimiter({ table: { client, name: LIMITS_TABLE }, nowMs: Date.now, log }),
  tenants: TENANT_LIMITS,
  log,
})
