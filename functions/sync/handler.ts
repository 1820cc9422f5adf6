import middy from '@middy/core'
import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { databaseConnection } from '#platform/config/database'
import { createPool, untilAwakeMs } from '#platform/postgres/pool'
import { lambdaTelemetry } from '#platform/telemetry/lambda'
import { openTickStore } from '#sync/stores/open'
import { tickStoreOf } from '#sync/stores/settings'
import { type RestConfig, readRestConfig } from './config.ts'
import { type ServeContext, serveRest } from './serve-rest.ts'

const { log, middleware } = lambdaTelemetry(process.env)

const createContext = async (config: RestConfig): Promise<ServeContext> => {
  const { store, ttlSeconds } = tickStoreOf(config)
  const now = () => new Date()
  return {
    pool: createPool({
      ...databaseConnection(config),
      ...{ applicationName: 'orrery-sync', max: 1, connectionTimeoutMs: untilAwakeMs },
    }),
    holder: `sync-${uuidv7()}`,
    store: await openTickStore(store, { ttlSeconds, now }),
    now,
  }
}

// made at the first event and kept for the next ones of this environment
let context: ServeContext | undefined

const request = z.strictObject({ worldId: z.uuid() })

/** Ticks a world that nobody holds and that does not move: the relay invokes it when such a world has changed. */
export const handler = middy<unknown, void>()
  .use(middleware)
  .handler(async (event) => {
    const { worldId } = request.parse(event)
    context ??= await createContext(readRestConfig(process.env))
    const ticks = await serveRest(context, worldId)
    log(`world ${worldId}: ${ticks} ticks at rest`, { level: 'info', world: worldId, ticks })
  })
