import type { TickStore, TickStoreOptions } from '../tick-store.ts'
import { memoryTickStore } from './memory.ts'

/** Which store of tick snapshots a process has. */
export type TickStoreSettings =
  /** `megabytes`: of what is kept, about. */
  | { kind: 'memory'; megabytes: number }
  | { kind: 'redis'; url: string }
  /** `endpoint`: of a compatible server; absent: AWS, or what AWS_ENDPOINT_URL says. */
  | { kind: 'dynamodb'; table: string; region: string; endpoint?: string }

/** The store. A process without Redis or DynamoDB does not load their clients. */
export const openTickStore = async (
  settings: TickStoreSettings,
  options: TickStoreOptions,
): Promise<TickStore> => {
  if (settings.kind === 'memory')
    return memoryTickStore({ ...options, maxBytes: settings.megabytes * 1024 * 1024 })
  if (settings.kind === 'redis')
    return (await import('./redis.ts')).redisTickStore({ ...options, url: settings.url })
  return (await import('./open-dynamodb.ts')).openDynamoTickStore(settings, options)
}
