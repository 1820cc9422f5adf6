import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readWorldConfig } from './config.ts'
import { worldApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readWorldConfig(process.env)
  return {
    ...writingApi(settings, worldApiRoutes, log),
    archive: functionObjectStore(settings.OBJECTS_BUCKET, settings.AWS_REGION),
  }
})
