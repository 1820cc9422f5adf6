import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { migrate } from '#platform/postgres/migrate'
import { createPool, type PoolOptions } from '#platform/postgres/pool'
import { forkWorld } from '#world/fork/fork'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { startPostgres } from '../local/postgres.ts'
import { fillWorld, type LargeWorld } from './fork-world.ts'
import { atMost, type Bench, type BenchResult, figure, median } from './harness.ts'

const entities = 1_000_000
const runs = 3

const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
const common = { doorbell, now: () => new Date(), newId: uuidv7 }

/** Latencies of single writes to the world, one after the other, until it is stopped; milliseconds. */
const keepWriting = (writer: WorldWriter, { tenantId, name }: LargeWorld) => {
  const latencies: number[] = []
  let isStopped = false
  const run = async (): Promise<void> => {
    for (let value = 0; !isStopped; value++) {
      const entityId = `body-${String((value % 1_000) + 1).padStart(7, '0')}`
      const commands = [{ kind: 'set-parameter' as const, entityId, name: 'note', value }]
      const started = performance.now()
      const outcome = await writer.write({ tenantId, world: name, requestId: uuidv7(), commands })
      if (outcome.status === 'refused') throw new Error(outcome.refusal.detail)
      latencies.push(performance.now() - started)
      await sleep(5)
    }
  }
  const running = run()
  return {
    stop: async (): Promise<number[]> => {
      isStopped = true
      await running
      return latencies
    },
  }
}

const waitText = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)::float8 * 1000 AS ms FROM pg_locks
  WHERE NOT granted AND waitstart IS NOT NULL`

/** The longest that anybody was seen to wait for a lock of the database until it is stopped; milliseconds. */
const watchLocks = (admin: pg.Pool) => {
  let longest = 0
  let isStopped = false
  const run = async (): Promise<void> => {
    while (!isStopped) {
      longest = Math.max(longest, (await admin.query<{ ms: number }>(waitText)).rows[0]!.ms)
      await sleep(5)
    }
  }
  const running = run()
  return {
    stop: async (): Promise<number> => {
      isStopped = true
      await running
      return longest
    },
  }
}

interface Run {
  seconds: number
  latencies: number[]
  lockedMs: number
}

const forkOnce = async (admin: pg.Pool, pools: Pools, world: LargeWorld, at: number): Promise<Run> => {
  const writing = keepWriting(pools.writer, world)
  const watching = watchLocks(admin)
  const started = performance.now()
  const outcome = await forkWorld(
    { pool: pools.forks, archive: undefined, ...common },
    {
      ...{ tenantId: world.tenantId, requestId: uuidv7(), subject: 'bench', audit: 'forkWorld' },
      ...{ source: world.name, name: `fork ${at}`, moment: { seq: world.atSeq } },
    },
  )
  const seconds = (performance.now() - started) / 1_000
  if (outcome.status === 'refused') throw new Error(outcome.refusal.detail)
  const [latencies, lockedMs] = [await writing.stop(), await watching.stop()]
  await check(admin, outcome.worldId, world)
  return { seconds, latencies, lockedMs }
}

const checkText = `
  SELECT (SELECT count(*) FROM entities WHERE world_id = $1)::int AS entities,
    (SELECT count(*) FROM entities WHERE world_id = $1 AND name LIKE '% before')::int AS before,
    (SELECT count(*) FROM components WHERE world_id = $1)::int AS components,
    (SELECT count(*) FROM entity_physics_state WHERE world_id = $1)::int AS bodies`

/** What was measured was the whole: a tenth of the entities comes out of the history. */
const check = async (admin: pg.Pool, worldId: string, { entities }: LargeWorld): Promise<void> => {
  const { rows } = await admin.query<Record<string, number>>(checkText, [worldId])
  const expected = { entities, before: entities / 10, components: entities, bodies: entities }
  if (JSON.stringify(rows[0]) !== JSON.stringify(expected))
    throw new Error(`the fork has ${JSON.stringify(rows[0])}`)
}

interface Pools {
  /** As the API has it for long work. */
  forks: pg.Pool
  writer: WorldWriter
}

const measure = async (
  admin: pg.Pool,
  pools: Pools,
  world: LargeWorld,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const alone = keepWriting(pools.writer, world)
  await sleep(5_000)
  const quiet = await alone.stop()
  const all: Run[] = []
  for (let at = 0; at < runs; at++) {
    const run = await forkOnce(admin, pools, world, at)
    all.push(run)
    log(
      `fork ${at + 1}: ${run.seconds.toFixed(1)} s, longest write ${Math.max(...run.latencies).toFixed(0)} ms`,
    )
    // each run begins with nothing left to be written to disk
    await admin.query('CHECKPOINT')
  }
  const seconds = all.map((run) => run.seconds)
  const locked = all.map(({ lockedMs }) => lockedMs)
  return {
    figures: [
      figure(`fork of ${entities.toLocaleString('en')} entities`, 's', seconds),
      figure('write to the parent, no fork', 'ms', quiet),
      figure(
        'write to the parent meanwhile',
        'ms',
        all.flatMap(({ latencies }) => latencies),
      ),
      figure(
        'longest write to the parent of a fork',
        'ms',
        all.map(({ latencies }) => Math.max(...latencies)),
      ),
      figure('longest wait for a lock of a fork', 'ms', locked),
    ],
    goals: [
      atMost('fork, s', median(seconds), 60),
      atMost('longest wait for a lock, ms', Math.max(...locked), 50),
    ],
  }
}

/** A world of 1,000,000 entities as of a seq of its past becomes a fork while its parent is written to. */
export const bench: Bench = {
  name: 'fork',
  run: async (log) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
    const postgres = await startPostgres({ dataDir })
    const opened: pg.Pool[] = []
    const open = (connectionString: string, options: Partial<PoolOptions> = {}): pg.Pool => {
      const pool = createPool({
        ...{ connectionString, applicationName: 'bench', transactionTimeoutMs: 0, ...options },
      })
      opened.push(pool)
      return pool
    }
    try {
      await migrate({ connectionString: postgres.url('orrery_migrate') })
      const admin = open(postgres.adminUrl())
      log(`making ${entities} entities…`)
      const world = await fillWorld(admin, entities)
      const app = postgres.url('orrery_app')
      const forks = open(app, { pipeline: true, settings: ['plan_cache_mode=force_custom_plan'] })
      const writer = createWorldWriter({ pool: open(app, writerPoolOptions), ...common })
      return await measure(admin, { forks, writer }, world, log)
    } finally {
      await Promise.all(opened.map((pool) => pool.end()))
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}
