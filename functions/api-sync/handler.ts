import { createApiHandler } from '../lambda-api.ts'
import { readingApi } from '../reading-api.ts'
import { readSyncConfig } from './config.ts'
import { makeSync } from './create.ts'
import { syncApiRoutes } from './routes.ts'

/** The gateway ends an answer after 15 minutes; one that it takes whole must be there within 29 s. */
const longestMs = { streamed: 14 * 60_000, whole: 15_000 }

export const handler = createApiHandler(({ log }) => {
  const settings = readSyncConfig(process.env)
  return {
    ...readingApi(settings, syncApiRoutes, log),
    sync: makeSync({ limits: { longestMs: settings.API_STREAMING ? longestMs.streamed : longestMs.whole } }),
  }
})
