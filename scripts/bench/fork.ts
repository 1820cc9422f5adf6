import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { migrate } from '#platform/postgres/migrate'
import { createPool, type PoolOptions } from '#platform/postgres/pool'
import { forkWorld } from '#world/fork/fork'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { startPostgres } from '../local/postgres.ts'
import { type Copy, copyPlainly } from './fork-limit.ts'
import { keepWriting, watchCpu, watchLocks } from './fork-watch.ts'
import { fillWorld, type LargeWorld } from './fork-world.ts'
import { atMost, type Bench, type BenchResult, figure, median } from './harness.ts'

const standard = 1_000_000
const runs = 3

const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
const common = { doorbell, now: () => new Date(), newId: uuidv7 }

interface Run extends Copy {
  worldId: string
  latencies: number[]
  lockedMs: number
}

const forkOnce = async (admin: pg.Pool, pools: Pools, world: LargeWorld, at: number): Promise<Run> => {
  const writing = keepWriting(pools.writer, world)
  const watching = watchLocks(admin, writerName)
  const cpuSeconds = [await watchCpu(pools.forks), await watchCpu(pools.help)]
  const started = performance.now()
  // a fork that fails must not be hidden by writers that go on without their database
  const stop = async () => [await writing.stop(), await watching.stop()] as const
  const outcome = await forkWorld(
    { pool: pools.forks, help: { pool: pools.help }, archive: undefined, ...common },
    {
      ...{ tenantId: world.tenantId, requestId: uuidv7(), subject: 'bench', audit: 'forkWorld' },
      ...{ source: world.name, name: `fork ${at}`, moment: { seq: world.atSeq } },
    },
  ).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const seconds = (performance.now() - started) / 1_000
  const [latencies, lockedMs] = await stop()
  if (outcome.status === 'refused') throw new Error(outcome.refusal.detail)
  const used = sumOf(cpuSeconds.map((seconds) => seconds()))
  await check(admin, outcome.worldId, world)
  return { worldId: outcome.worldId, seconds, cpuSeconds: used, latencies, lockedMs }
}

const sumOf = (values: (number | undefined)[]): number | undefined =>
  values.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0)

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

const writerName = 'bench-writer'

interface Pools {
  /** As the API has them for long work, with one connection each. */
  forks: pg.Pool
  help: pg.Pool
  writer: WorldWriter
}

const described = ({ seconds, cpuSeconds }: Copy): string =>
  `${seconds.toFixed(1)} s (${cpuSeconds?.toFixed(1) ?? '?'} of CPU)`

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
  const plain: Copy[] = []
  for (let at = 0; at < runs; at++) {
    const run = await forkOnce(admin, pools, world, at)
    all.push(run)
    // each run begins with nothing left to be written to disk
    await admin.query('CHECKPOINT')
    const writing = keepWriting(pools.writer, world)
    plain.push(await copyPlainly(admin, run.worldId).finally(writing.stop))
    await admin.query('CHECKPOINT')
    log(
      `fork ${at + 1}: ${described(run)}, plain copy ${described(plain[at]!)}, longest write ${Math.max(...run.latencies).toFixed(0)} ms, load ${loadavg()[0]!.toFixed(1)}`,
    )
  }
  return resultOf(world, quiet, all, plain)
}

const ratios = (ours: number[], others: number[]): number[] => ours.map((value, at) => value / others[at]!)

const resultOf = (world: LargeWorld, quiet: number[], all: Run[], plain: Copy[]): BenchResult => {
  const [seconds, plainSeconds] = [all, plain].map((each) => each.map((run) => run.seconds)) as [
    number[],
    number[],
  ]
  const [cpu, plainCpu] = [all, plain].map((each) => each.flatMap(({ cpuSeconds }) => cpuSeconds ?? [])) as [
    number[],
    number[],
  ]
  const locked = all.map(({ lockedMs }) => lockedMs)
  const longest = all.map(({ latencies }) => Math.max(...latencies))
  return {
    figures: [
      figure(`fork of ${world.entities.toLocaleString('en')} entities`, 's', seconds),
      figure('plain INSERT … SELECT of its rows', 's', plainSeconds),
      figure('fork / plain', '', ratios(seconds, plainSeconds)),
      ...(cpu.length === 0
        ? []
        : [
            figure('CPU of the fork’s connections', 's', cpu),
            figure('CPU of the plain copy’s', 's', plainCpu),
            figure('fork / plain, CPU', '', ratios(cpu, plainCpu)),
          ]),
      figure('write to the parent, no fork', 'ms', quiet),
      figure(
        'write to the parent meanwhile',
        'ms',
        all.flatMap(({ latencies }) => latencies),
      ),
      figure('longest write to the parent of a fork', 'ms', longest),
      figure('longest wait of a writer for a lock', 'ms', locked),
    ],
    goals: [
      ...(world.entities < standard ? [] : [atMost('fork, s', median(seconds), 60)]),
      atMost('longest wait for a lock, ms', Math.max(...locked), 50),
    ],
  }
}

/** A world of that many entities as of a seq of its past becomes a fork while its parent is written to. */
export const bench: Bench = {
  name: 'fork',
  size: { unit: 'entities', standard },
  run: async (log, entities) => {
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
      const slow = { max: 1, pipeline: true, settings: ['plan_cache_mode=force_custom_plan'] }
      const [forks, help] = [open(app, slow), open(app, slow)]
      const writerOptions = { ...writerPoolOptions, applicationName: writerName }
      const writer = createWorldWriter({ pool: open(app, writerOptions), ...common })
      return await measure(admin, { forks, help, writer }, world, log)
    } finally {
      await Promise.all(opened.map((pool) => pool.end()))
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}
