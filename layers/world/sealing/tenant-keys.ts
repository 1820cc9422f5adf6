import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

/** A row of `tenant_keys`. */
export interface TenantKey {
  keyId: string
  /** As the key wrapper made it. */
  wrapped: Buffer
}

interface TenantKeyRow {
  key_id: string
  wrapped: Buffer
}

const toTenantKey = (row: TenantKeyRow | undefined): TenantKey | undefined =>
  row && { keyId: row.key_id, wrapped: row.wrapped }

const selectActive = 'SELECT key_id, wrapped FROM tenant_keys WHERE tenant_id = $1 AND active'

/** The key that seals; undefined where the tenant has none yet. */
export const findActiveKey = async (
  client: pg.ClientBase,
  tenantId: string,
): Promise<TenantKey | undefined> =>
  toTenantKey((await client.query<TenantKeyRow>(prepared(selectActive, [tenantId]))).rows[0])

const selectOne = 'SELECT key_id, wrapped FROM tenant_keys WHERE tenant_id = $1 AND key_id = $2'

export const findKey = async (
  client: pg.ClientBase,
  tenantId: string,
  keyId: string,
): Promise<TenantKey | undefined> =>
  toTenantKey((await client.query<TenantKeyRow>(prepared(selectOne, [tenantId, keyId]))).rows[0])

const insertKey = `
  INSERT INTO tenant_keys (tenant_id, key_id, wrapped, active) VALUES ($1, $2, $3, true)
  ON CONFLICT (tenant_id) WHERE active DO NOTHING`

const retireKey = 'UPDATE tenant_keys SET active = false WHERE tenant_id = $1 AND active'

/** Makes it the tenant's active key where there is none; answers the one that then is, of whoever was first. */
export const addKey = async (
  client: pg.ClientBase,
  tenantId: string,
  { keyId, wrapped }: TenantKey,
): Promise<TenantKey> => {
  await client.query(prepared(insertKey, [tenantId, keyId, wrapped]))
  return (await findActiveKey(client, tenantId))!
}

/** Makes it the active key instead of the one that is; of two who do so at once both answer one of the two. */
export const replaceKey = async (
  client: pg.ClientBase,
  tenantId: string,
  key: TenantKey,
): Promise<TenantKey> => {
  await client.query(prepared(retireKey, [tenantId]))
  return addKey(client, tenantId, key)
}
