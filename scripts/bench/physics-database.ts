import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { migrate } from '#platform/postgres/migrate'
import { createPool, type PoolOptions } from '#platform/postgres/pool'
import { startPostgres } from '../local/postgres.ts'

/** A PostgreSQL of its own with one world of bodies, for the benches of physics. */
export interface PhysicsDatabase {
  worldId: string
  tenantId: string
  /** As superuser. */
  admin: pg.Pool
  /** As orrery_physics; ended by `stop`. */
  pool(options?: Partial<PoolOptions>): pg.Pool
  stop(): Promise<void>
}

const insertWorld = `
  INSERT INTO worlds (world_id, tenant_id, name, seq, settings, entity_count, last_occurred_at, created_at)
  VALUES ($1, $2, 'bench', $3, '{}', $3, now(), now())`

// ids as long as those of real imports; positions by a fixed seed
const insertBodies = `
  INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, mass, activity, jitter, anchored)
  SELECT $1, $2, 'body-' || lpad(i::text, 7, '0'), random() * 1e4, random() * 1e4, random() * 1e4, 1, 0, 0, false
  FROM generate_series(1, $3::int) AS i, (SELECT setseed(0.5)) AS seed`

export const startPhysicsDatabase = async (bodies: number): Promise<PhysicsDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  // PostgreSQL may run as another account, which must be able to enter
  const dataDir = join(folder, 'postgres')
  mkdirSync(dataDir, { recursive: true })
  const postgres = await startPostgres({ dataDir })
  const pools: pg.Pool[] = []
  const open = (connectionString: string, options: Partial<PoolOptions> = {}) => {
    const pool = createPool({
      connectionString,
      applicationName: 'bench',
      transactionTimeoutMs: 0,
      ...options,
    })
    pools.push(pool)
    return pool
  }
  const stop = async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await migrate({ connectionString: postgres.url('orrery_migrate') })
    const [worldId, tenantId] = ['01890000-0000-7000-8000-000000000001', 'local']
    const admin = open(postgres.adminUrl())
    await admin.query(insertWorld, [worldId, tenantId, bodies])
    await admin.query(insertBodies, [worldId, tenantId, bodies])
    await admin.query('VACUUM ANALYZE entity_physics_state')
    return {
      worldId,
      tenantId,
      admin,
      pool: (options) => open(postgres.url('orrery_physics'), options),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
