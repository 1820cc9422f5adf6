import type { JsonObject } from '#world/event'
import type { Step, TakenErasure } from './erasures.ts'
import type { ErasureContext, ErasureStep } from './run-erasures.ts'

const worldsText = 'SELECT world_id AS "worldId", name FROM worlds WHERE tenant_id = $1 ORDER BY world_id'

interface TenantWorld {
  worldId: string
  name: string
}

/** Which worlds they are is noted first, since nothing says so any more when they are gone. */
const listWorlds: ErasureStep = {
  name: 'worlds',
  run: async ({ pool }, { tenantId }) => ({
    worlds: (await pool.query<TenantWorld>(worldsText, [tenantId])).rows as unknown as JsonObject[],
  }),
}

const worldsOf = (done: readonly Step[]): TenantWorld[] =>
  (done.find(({ step }) => step === 'worlds') as unknown as { worlds: TenantWorld[] }).worlds

/** Nobody finds them from here on; what holds one, such as the physics, loses it; keys of sealed components go with them. */
const endWorlds: ErasureStep = {
  name: 'ended',
  run: async ({ pool }, { tenantId }, done) => {
    const ids = worldsOf(done).map(({ worldId }) => worldId)
    const text = 'SELECT erase_worlds($1, $2) AS count'
    return { worlds: (await pool.query<{ count: number }>(text, [tenantId, ids])).rows[0]!.count }
  },
}

const rowsAtOnce = 1_000

const eraseRows: ErasureStep = {
  name: 'rows',
  run: async ({ pool }, _, done) => {
    const ids = worldsOf(done).map(({ worldId }) => worldId)
    const rows: Record<string, number> = {}
    for (;;) {
      const text = 'SELECT erase_world_rows($1, $2) AS counts'
      const found = await pool.query<{ counts: Record<string, number> }>(text, [ids, rowsAtOnce])
      const counts = Object.entries(found.rows[0]!.counts)
      for (const [table, count] of counts) rows[table] = (rows[table] ?? 0) + count
      if (counts.length === 0) return { rows }
    }
  },
}

/** As the parts of Orrery name their objects. */
const foldersOf = ({ worldId }: TenantWorld, { tenantId }: TakenErasure): string[] => [
  ...['retained', 'archive', 'checkpoints', 'ticks', 'spill', 'plugins', 'datasets'].map(
    (folder) => `${folder}/${worldId}/`,
  ),
  // other characters are no part of a key, and the ledger writes no objects for such a tenant
  ...(/^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/.test(tenantId) ? [`ledger/${tenantId}/${worldId}/`] : []),
]

const eraseObjects: ErasureStep = {
  name: 'objects',
  run: async ({ objects }: ErasureContext, erasure, done) => {
    const counts: Record<string, number> = {}
    for (const world of worldsOf(done))
      for (const folder of foldersOf(world, erasure)) {
        const keys = await objects.list(folder)
        for (const key of keys) await objects.delete(key)
        const name = folder.split('/')[0]!
        if (keys.length > 0) counts[name] = (counts[name] ?? 0) + keys.length
      }
    return { objects: counts }
  },
}

export const tenantSteps: readonly ErasureStep[] = [
  listWorlds,
  endWorlds,
  eraseRows,
  eraseObjects,
  // what a process that held a world wrote before it found out
  { ...eraseRows, name: 'last rows' },
  { ...eraseObjects, name: 'last objects' },
]
