import { type ReadTicks, ticksOfStore } from '#sync/held-ticks'
import { openTickStore } from '#sync/stores/open'
import { tickStoreOf } from '#sync/stores/settings'
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
    sync: makeSync({
      readTicks: storedTicks(tickStoreOf(settings)),
      limits: { longestMs: settings.API_STREAMING ? longestMs.streamed : longestMs.whole },
    }),
  }
})

/** Opened when somebody first asks. */
const storedTicks = ({ store, ttlSeconds }: ReturnType<typeof tickStoreOf>): ReadTicks => {
  let opened: Promise<ReadTicks> | undefined
  return async (...asked) => {
    opened ??= openTickStore(store, { ttlSeconds, now: () => new Date() }).then(ticksOfStore)
    return (await opened)(...asked)
  }
}
