import { functionObjectStore } from '#platform/object-store/s3-rest'
import { functionKeyWrapper } from '../key-wrapper.ts'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readWorldConfig } from './config.ts'
import { worldApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const settings = readWorldConfig(process.env)
  const { SEALING_KEY_ARN: keyArn, AWS_REGION: region } = settings
  const keyWrapper = functionKeyWrapper(keyArn, region)
  return {
    ...writingApi(settings, worldApiRoutes, log),
    archive: functionObjectStore(settings.OBJECTS_BUCKET, region),
    ...(keyWrapper && { keyWrapper }),
  }
})
