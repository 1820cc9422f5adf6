import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readWorldConfig } from './config.ts'
import { worldApiRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) =>
  writingApi(readWorldConfig(process.env), worldApiRoutes, log),
)
