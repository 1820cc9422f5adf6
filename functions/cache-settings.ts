import * as z from 'zod'
import type { CacheSettings } from '#world/cache/adapters/open'

const megabytes = 'must be a whole number of megabytes from 1 to 65536'

/**
 * The cache of entities. CACHE: `memory` (default), of CACHE_MB megabytes, default 64; `redis`, at REDIS_URL; `off`.
 */
export const cacheSettings = z
  .object({
    CACHE: z.enum(['memory', 'redis', 'off'], 'must be memory, redis or off').default('memory'),
    CACHE_MB: z
      .string()
      .regex(/^\d{1,5}$/, megabytes)
      .transform(Number)
      .refine((value) => value >= 1 && value <= 65_536, megabytes)
      .default(64),
    REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  })
  .refine(({ CACHE, REDIS_URL }) => CACHE !== 'redis' || REDIS_URL !== undefined, {
    path: ['REDIS_URL'],
    error: 'is missing: CACHE is redis',
  })

export const cacheOf = ({ CACHE, CACHE_MB, REDIS_URL }: z.output<typeof cacheSettings>): CacheSettings => {
  if (CACHE === 'redis') return { kind: 'redis', url: REDIS_URL! }
  return CACHE === 'off' ? { kind: 'off' } : { kind: 'memory', megabytes: CACHE_MB }
}
