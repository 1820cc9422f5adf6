import { createApiHandler } from '../lambda-api.ts'
import { readingApi } from '../reading-api.ts'
import { readStatusConfig } from './config.ts'
import { openApi } from './openapi-route.ts'
import { statusRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) =>
  readingApi(readStatusConfig(process.env), [...statusRoutes, openApi], log),
)
