import * as z from 'zod'
import { resourceName } from '#platform/config/settings'
import type { TickStoreSettings } from './open.ts'

const whole = (name: string, min: number, max: number) => {
  const message = `must be a whole number of ${name} from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
}

/**
 * Where tick snapshots are kept. TICKS: `memory`, of TICKS_MB megabytes, default 256; `redis`, at REDIS_URL; `dynamodb`, in
 * TICKS_TABLE. Default: `dynamodb` where there is TICKS_TABLE, else `memory`. TICKS_TTL_SECONDS: how long, default 600.
 */
export const tickStoreSettings = z
  .object({
    TICKS: z.enum(['memory', 'redis', 'dynamodb'], 'must be memory, redis or dynamodb').optional(),
    TICKS_MB: whole('megabytes', 1, 65_536).default(256),
    TICKS_TABLE: resourceName.optional(),
    TICKS_TTL_SECONDS: whole('seconds', 10, 3_600).default(600),
    REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
    AWS_REGION: resourceName.optional(),
  })
  .refine(({ TICKS, REDIS_URL }) => TICKS !== 'redis' || REDIS_URL !== undefined, {
    path: ['REDIS_URL'],
    error: 'is missing: TICKS is redis',
  })
  .refine(({ TICKS, TICKS_TABLE }) => TICKS !== 'dynamodb' || TICKS_TABLE !== undefined, {
    path: ['TICKS_TABLE'],
    error: 'is missing: TICKS is dynamodb',
  })
  .refine(
    ({ TICKS, TICKS_TABLE, AWS_REGION }) =>
      (TICKS ?? (TICKS_TABLE === undefined ? 'memory' : 'dynamodb')) !== 'dynamodb' ||
      AWS_REGION !== undefined,
    { path: ['AWS_REGION'], error: 'is missing: ticks are kept in DynamoDB' },
  )

/** What `openTickStore` takes. */
export const tickStoreOf = (
  data: z.output<typeof tickStoreSettings>,
): { store: TickStoreSettings; ttlSeconds: number } => {
  const { TICKS, TICKS_MB, TICKS_TABLE, TICKS_TTL_SECONDS: ttlSeconds, REDIS_URL, AWS_REGION } = data
  if (TICKS === 'redis') return { store: { kind: 'redis', url: REDIS_URL! }, ttlSeconds }
  if (TICKS === 'memory' || TICKS_TABLE === undefined)
    return { store: { kind: 'memory', megabytes: TICKS_MB }, ttlSeconds }
  return { store: { kind: 'dynamodb', table: TICKS_TABLE, region: AWS_REGION! }, ttlSeconds }
}
