import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readChronicleApiConfig } from './config.ts'
import { chronicleApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) =>
  writingApi(readChronicleApiConfig(process.env), chronicleApiRoutes, log),
)
