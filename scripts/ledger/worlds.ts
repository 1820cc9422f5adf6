import type pg from 'pg'
import type { WorldKey } from '#ledger/postgres/append-segment'
import { worldSettings } from '#world/settings'
import { NothingThere } from '../local/connect.ts'

export interface LedgerWorld extends WorldKey {
  name: string
  settings: ReturnType<typeof worldSettings.parse>
}

const worldsText = `
  SELECT world_id AS "worldId", tenant_id AS "tenantId", name, settings FROM worlds
  WHERE tenant_id = $1 AND ($2::text IS NULL OR name = $2 OR world_id::text = $2)
  ORDER BY name = $2 DESC, name`

/** One world by its name or id, or all of the tenant by their names. @throws NothingThere */
export const findWorlds = async (
  pool: pg.Pool,
  tenant: string,
  world: string | undefined,
): Promise<LedgerWorld[]> => {
  const { rows } = await pool.query(worldsText, [tenant, world ?? null])
  if (rows.length === 0)
    throw new NothingThere(
      world === undefined ? `Tenant ${tenant} has no worlds.` : `Tenant ${tenant} has no world '${world}'.`,
    )
  const found = world === undefined ? rows : rows.slice(0, 1)
  return found.map((row) => ({ ...row, settings: worldSettings.parse(row.settings) }))
}

export const findWorld = async (pool: pg.Pool, tenant: string, world: string): Promise<LedgerWorld> =>
  (await findWorlds(pool, tenant, world))[0]!
