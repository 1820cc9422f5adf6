import { functionObjectStore } from '#platform/object-store/s3-rest'
import { functionKeyWrapper } from '../key-wrapper.ts'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readIngestConfig } from './config.ts'
import { ingestRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readIngestConfig(process.env)
  const keyWrapper = functionKeyWrapper(settings.SEALING_KEY_ARN, settings.AWS_REGION)
  const archive = functionObjectStore(settings.OBJECTS_BUCKET, settings.AWS_REGION)
  return { ...writingApi(settings, ingestRoutes, log), archive, ...(keyWrapper && { keyWrapper }) }
})
