import { databaseConnection } from '#platform/config/database'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import type { Route } from '#platform/http/route'
import { hasRow } from '#platform/overflow/rows'
import type { Log } from '#platform/telemetry/log'
import type { ApiContext } from './api-context.ts'
import type { ReadingApiSettings } from './api-settings.ts'
import type { LambdaApiOptions } from './lambda-api.ts'
import { tableLimits } from './table-limits.ts'

/** Routes that only read, on AWS. */
export const readingApi = (
  settings: ReadingApiSettings,
  routes: Route<ApiContext>[],
  log: Log,
): LambdaApiOptions => {
  const client = createDynamoDbClient({ region: settings.AWS_REGION })
  const table = { client, name: settings.OVERFLOW_TABLE }
  return {
    routes,
    database: databaseConnection(settings),
    overflow: {
      isDiverted: (key) => hasRow(table, key),
      isWaiting: (key, requestId) => hasRow(table, key, requestId),
      divert: () => Promise.reject(new Error('this function only reads')),
    },
    limits: tableLimits(settings, client, log),
  }
}
