import { createAgeClock } from '../clock.ts'
import type { EntityCache } from '../entity-cache.ts'
import { inProcessCache } from './in-process.ts'

/** Which cache a process has. */
export type CacheSettings =
  | { kind: 'off' }
  /** `megabytes`: of what is kept, about. */
  | { kind: 'memory'; megabytes: number }
  | { kind: 'redis'; url: string }

/** Undefined: none. */
export const openEntityCache = (settings: CacheSettings): EntityCache | undefined => {
  if (settings.kind === 'off') return undefined
  if (settings.kind === 'redis') return whenLoaded('redis', loadRedis(settings.url))
  return inProcessCache({
    ...{ maxBytes: settings.megabytes * 1024 * 1024, maxEntities: 1_000_000 },
    now: createAgeClock(),
  })
}

// a process without Redis does not load its client
const loadRedis = async (url: string): Promise<EntityCache> =>
  (await import('./redis.ts')).redisCache({ url })

const whenLoaded = (adapter: EntityCache['adapter'], opening: Promise<EntityCache>): EntityCache => {
  opening.catch(() => {})
  return {
    adapter,
    get: async (name) => (await opening).get(name),
    put: async (loaded) => (await opening).put(loaded),
    invalidate: async (touched) => (await opening).invalidate(touched),
    now: async () => (await opening).now(),
    close: async () => (await opening).close(),
  }
}
