import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import { keyBytes } from './aes-gcm.ts'
import { KeyGone } from './errors.ts'
import { createKeyCache, type KeyCacheOptions } from './key-cache.ts'
import type { KeyWrapper } from './key-wrapper.ts'
import type { DataKey } from './seal.ts'
import { addKey, findActiveKey, findKey, replaceKey, type TenantKey } from './tenant-keys.ts'

/** The data keys of tenants: wrapped in the database, unwrapped for a while in this process. */
export interface DataKeys {
  /** The one that seals; made at the tenant's first call. @throws as KeyWrapper, and what PostgreSQL throws */
  active(tenantId: string): Promise<DataKey>
  /** One that sealed once, or still does. @throws KeyGone, KeeperUnavailable, and what PostgreSQL throws */
  byId(tenantId: string, keyId: string): Promise<DataKey>
  /** Makes another key the active one; what was sealed before is still opened with the old ones. */
  rotate(tenantId: string): Promise<DataKey>
}

export interface DataKeyOptions {
  /** As orrery_app. */
  pool: pg.Pool
  wrapper: KeyWrapper
  cache?: Partial<KeyCacheOptions>
}

const cacheDefaults: KeyCacheOptions = {
  maxCount: 1_000,
  maxAgeMs: 5 * 60_000,
  nowMs: () => performance.now(),
}

export const createDataKeys = ({ pool, wrapper, cache: options }: DataKeyOptions): DataKeys => {
  const cache = createKeyCache<DataKey>({ ...cacheDefaults, ...options })
  const query = <T>(tenantId: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, tenantId, work)
  const contextOf = (tenant: string) => ({ tenant })
  const unwrap = async (tenantId: string, { keyId, wrapped }: TenantKey): Promise<DataKey> => {
    const bytes = await wrapper.unwrap(wrapped, contextOf(tenantId))
    return { id: keyId, key: createSecretKey(bytes) }
  }
  // one call of the keeper for a key, whether it seals or opens
  const unwrapOnce = (tenantId: string, found: TenantKey): Promise<DataKey> =>
    cache.get(nameOf(tenantId, found.keyId), () => unwrap(tenantId, found))
  // the keeper is asked between transactions, never within one
  const store = async (tenantId: string, how: typeof addKey): Promise<DataKey> => {
    const bytes = randomBytes(keyBytes)
    const wrapped = Buffer.from(await wrapper.wrap(bytes, contextOf(tenantId)))
    const keyId = randomUUID()
    const active = await query(tenantId, (client) => how(client, tenantId, { keyId, wrapped }))
    return active.keyId === keyId ? { id: keyId, key: createSecretKey(bytes) } : unwrapOnce(tenantId, active)
  }
  return {
    active: (tenantId) =>
      cache.get(nameOf(tenantId), async () => {
        const found = await query(tenantId, (client) => findActiveKey(client, tenantId))
        return found === undefined ? store(tenantId, addKey) : unwrapOnce(tenantId, found)
      }),
    byId: (tenantId, keyId) =>
      cache.get(nameOf(tenantId, keyId), async () => {
        const found = await query(tenantId, (client) => findKey(client, tenantId, keyId))
        if (found === undefined) throw new KeyGone(`there is no data key ${keyId} of this tenant`)
        return unwrap(tenantId, found)
      }),
    rotate: async (tenantId) => {
      const made = await store(tenantId, replaceKey)
      cache.forget(nameOf(tenantId))
      return made
    },
  }
}

/** In the cache; without a key's id that of the active one. */
const nameOf = (...parts: [tenantId: string, keyId?: string]): string => JSON.stringify(parts)
