import { createEmbedder } from '#chronicle/embedding/settings'
import { functionObjectStore } from '#platform/object-store/s3-rest'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readChronicleApiConfig } from './config.ts'
import { chronicleApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const config = readChronicleApiConfig(process.env)
  return {
    ...writingApi(config, chronicleApiRoutes, log),
    archive: functionObjectStore(config.OBJECTS_BUCKET, config.AWS_REGION),
    embedder: createEmbedder(config),
  }
})
