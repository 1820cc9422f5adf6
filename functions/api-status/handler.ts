import { databaseConnection } from '#platform/config/database'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { hasRow } from '#platform/overflow/rows'
import { openApi } from '../api-routes.ts'
import { createApiHandler } from '../lambda-api.ts'
import { tableLimits } from '../table-limits.ts'
import { readStatusConfig } from './config.ts'
import { statusRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readStatusConfig(process.env)
  const client = createDynamoDbClient({ region: settings.AWS_REGION })
  const table = { client, name: settings.OVERFLOW_TABLE }
  return {
    routes: [...statusRoutes, openApi],
    database: databaseConnection(settings),
    overflow: {
      isDiverted: (key) => hasRow(table, key),
      isWaiting: (key, requestId) => hasRow(table, key, requestId),
      divert: () => Promise.reject(new Error('this function only reads')),
    },
    limits: tableLimits(settings, client, log),
  }
})
