import { functionObjectStore } from '#platform/object-store/s3-rest'
import { openApi } from '../api-status/openapi-route.ts'

import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { answerMcp } from './answer.ts'
import { readMcpConfig } from './config.ts'
import { mcpApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readMcpConfig(process.env)
  return {
    ...writingApi(settings, [...mcpApiRoutes, openApi], log),
    mcp: answerMcp,
    archive: functionObjectStore(settings.OBJECTS_BUCKET, settings.AWS_REGION),
  }
})
