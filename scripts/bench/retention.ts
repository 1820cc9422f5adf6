import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { migrate } from '#platform/postgres/migrate'
import { createPool, type PoolOptions } from '#platform/postgres/pool'
import { runWorld } from '#retention/run'
import { retentionSettings } from '#retention/settings'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { startPostgres } from '../local/postgres.ts'
import { keepWriting, watchLocks } from './fork-watch.ts'
import { fillWorld, type LargeWorld } from './fork-world.ts'
import { atMost, type Bench, type BenchResult, figure } from './harness.ts'

const writerName = 'bench-writer'
const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
const common = { now: () => new Date(), newId: uuidv7 }

const superseded = `
  INSERT INTO component_history (world_id, tenant_id, entity_id, component_type, data, from_seq, to_seq)
  SELECT world_id, tenant_id, entity_id, component_type, data, from_seq - 1, from_seq FROM components WHERE world_id = $1`

/** All that was superseded more than an hour ago goes to the archive while the world is written to; then it expires. */
const measure = async (
  pools: { admin: pg.Pool; background: pg.Pool; app: pg.Pool },
  world: LargeWorld,
  folder: string,
): Promise<BenchResult> => {
  const objects = filesystemObjectStore(folder)
  const writer = createWorldWriter({ pool: pools.app, doorbell, ...common })
  const moments = { archive: { hotDays: 0, archive: true }, expire: { expireDays: 0 } }
  const figures = []
  let longest = 0
  for (const [what, history] of Object.entries(moments)) {
    const settings = retentionSettings.parse({ history, sceneSnapshots: { expireDays: 0 } })
    // in an hour, so that all that is there now is old
    const now = () => new Date(Date.now() + 3_600_000)
    const writing = keepWriting(writer, world)
    const watching = watchLocks(pools.admin, writerName)
    const started = performance.now()
    const done = await runWorld({ pool: pools.background, objects, ...common, now }, world, settings)
    const seconds = (performance.now() - started) / 1_000
    const [latencies, lockedMs] = [await writing.stop(), await watching.stop()]
    longest = Math.max(longest, lockedMs)
    figures.push(
      figure(`${what}: rows a second`, '1/s', [(done.archived + done.expired) / seconds]),
      figure(`${what}: write meanwhile`, 'ms', latencies),
      figure(`${what}: longest wait of a writer for a lock`, 'ms', [lockedMs]),
    )
  }
  return { figures, goals: [atMost('longest wait for a lock, ms', longest, 50)] }
}

/** The past of a world of that many entities leaves while it is written to. */
export const bench: Bench = {
  name: 'retention',
  size: { unit: 'entities', standard: 200_000 },
  run: async (log, entities) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') })
    const opened: pg.Pool[] = []
    const open = (connectionString: string, options: Partial<PoolOptions> = {}): pg.Pool => {
      const pool = createPool({ connectionString, applicationName: 'bench', ...options })
      opened.push(pool)
      return pool
    }
    try {
      await migrate({ connectionString: postgres.url('orrery_migrate') })
      const admin = open(postgres.adminUrl(), { transactionTimeoutMs: 0 })
      log(`making ${entities} entities…`)
      const world = await fillWorld(admin, entities)
      await admin.query(superseded, [world.worldId])
      // its log was not made; one event at its end says what is old
      await admin.query(
        `INSERT INTO world_events (world_id, tenant_id, seq, event_id, type, data, cause, occurred_at)
         SELECT $1, $2, i, gen_random_uuid(), 'entity.updated.v1', '{"changes": []}', '{}', now() - interval '2 hours'
         FROM generate_series(1, ${entities + entities / 10}) AS i`,
        [world.worldId, world.tenantId],
      )
      const background = open(postgres.url('orrery_background'))
      const app = open(postgres.url('orrery_app'), { ...writerPoolOptions, applicationName: writerName })
      return await measure({ admin, background, app }, world, join(dataDir, 'objects'))
    } finally {
      await Promise.all(opened.map((pool) => pool.end()))
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}
