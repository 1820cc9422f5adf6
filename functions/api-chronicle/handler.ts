import { createEmbedder } from '#chronicle/embedding/settings'
import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readChronicleApiConfig } from './config.ts'
import { chronicleApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) => {
  const config = readChronicleApiConfig(process.env)
  return { ...writingApi(config, chronicleApiRoutes, log), embedder: createEmbedder(config) }
})
