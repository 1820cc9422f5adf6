import { functionObjectStore } from '#platform/object-store/s3-rest'
import { functionKeyWrapper } from '../key-wrapper.ts'
import { createApiHandler } from '../lambda-api.ts'
import { readingApi } from '../reading-api.ts'
import { readQueryConfig } from './config.ts'
import { queryApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readQueryConfig(process.env)
  const keyWrapper = functionKeyWrapper(settings.SEALING_KEY_ARN, settings.AWS_REGION)
  const archive = functionObjectStore(settings.OBJECTS_BUCKET, settings.AWS_REGION)
  return { ...readingApi(settings, queryApiRoutes, log), archive, ...(keyWrapper && { keyWrapper }) }
})
