import { createApiHandler } from '../lambda-api.ts'
import { writingApi } from '../writing-api.ts'
import { readIngestConfig } from './config.ts'
import { ingestRoutes } from './routes.ts'

export const handler = createApiHandler(({ log }) =>
  writingApi(readIngestConfig(process.env), ingestRoutes, log),
)
