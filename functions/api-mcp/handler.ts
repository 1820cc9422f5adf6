import { createEmbedder } from '#chronicle/embedding/settings'
import { functionObjectStore } from '#platform/object-store/s3-rest'
import { openApi } from '../api-status/openapi-route.ts'
import { functionKeyWrapper } from '../key-wrapper.ts'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { answerMcp } from './answer.ts'
import { readMcpConfig } from './config.ts'
import { mcpApiRoutes } from './routes.ts'

/** Whatever the functions of the routes have, since all of them are asked within this one. */
export const handler = createApiHandler(({ log }) => {
  const settings = readMcpConfig(process.env)
  const keyWrapper = functionKeyWrapper(settings.SEALING_KEY_ARN, settings.AWS_REGION)
  const objects = functionObjectStore(settings.OBJECTS_BUCKET, settings.AWS_REGION)
  return {
    ...writingApi(settings, [...mcpApiRoutes, openApi], log),
    mcp: answerMcp,
    archive: objects,
    datasets: objects,
    embedder: createEmbedder(settings),
    ...(keyWrapper && { keyWrapper }),
  }
})
