import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { migrate } from '#platform/postgres/migrate'
import { createPool, inTenantTransaction } from '#platform/postgres/pool'
import type { Epoch } from '#training/epoch'
import { makeEpoch } from '#training/make-epoch'
import { ndjsonPieces } from '#training/ndjson'
import { parquetPieces } from '#training/parquet'
import type { Read } from '#training/plan'
import type { Sample } from '#training/sample'
import { beginning, type SampleSource, samplePages } from '#training/samples'
import type { Selection } from '#training/selection'
import { trainingSettings } from '#training/settings'
import { findWorld } from '#world/read/worlds'
import { startPostgres } from '../local/postgres.ts'
import { fillWorld, type LargeWorld } from './fork-world.ts'
import { type Bench, type BenchResult, figure, sample } from './harness.ts'

const runs = 5
const tenant = 'local'

/** Two snapshots of a world of which a tenth has changed between them: how fast it is counted, and read as either format. */
const run = async (log: (line: string) => void, entities: number): Promise<BenchResult> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const postgres = await startPostgres({ dataDir })
  const pools: pg.Pool[] = []
  try {
    await migrate({ connectionString: postgres.url('orrery_migrate') })
    const admin = new pg.Pool({ connectionString: postgres.adminUrl() })
    pools.push(admin)
    const world = await fillWorld(admin, entities)
    await cutTwice(admin, world)
    log(`${entities.toLocaleString('en')} entities, two snapshots`)
    const pool = createPool({
      ...{
        connectionString: postgres.url('orrery_app'),
        applicationName: 'bench',
        transactionTimeoutMs: 300_000,
      },
      settings: ['plan_cache_mode=force_custom_plan'],
    })
    pools.push(pool)
    return await measure(pool, world, log)
  } finally {
    await Promise.all(pools.map((pool) => pool.end()))
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const cutTwice = async (
  admin: pg.Pool,
  { worldId, tenantId, atSeq, entities }: LargeWorld,
): Promise<void> => {
  for (const seq of [atSeq, atSeq + entities / 10])
    await admin.query(
      `INSERT INTO scene_snapshots (snapshot_id, world_id, tenant_id, seq, cause, created_at) VALUES ($1, $2, $3, $4, '{}', now())`,
      [uuidv7(), worldId, tenantId, seq],
    )
}

const measure = async (
  pool: pg.Pool,
  { name }: LargeWorld,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const world = (await inTenantTransaction(pool, tenant, (client) => findWorld(client, tenant, name)))!
  const training = trainingSettings.parse({})
  let epoch: Epoch | undefined
  const seconds = await sample(runs, () =>
    timed(async () => {
      const range = { startTime: new Date(0), endTime: new Date('2100-01-01') }
      const context = { pool, slow: pool, newId: uuidv7, read: readIn(pool), recallSnapshots: async () => {} }
      const request = { tenantId: tenant, requestId: uuidv7(), world, filters: {}, training, ...range }
      epoch = await makeEpoch(context, request)
    }),
  )
  log(`counted: ${JSON.stringify(epoch!.statistics)}`)
  const rate = (
    selection: Partial<Selection>,
    encode: (pages: AsyncIterable<Sample[]>) => AsyncIterable<unknown>,
  ) =>
    sample(runs, async () => {
      let samples = 0
      const counted = async function* (pages: AsyncIterable<Sample[]>) {
        for await (const page of pages) {
          samples += page.length
          yield page
        }
      }
      const took = await timed(async () => {
        for await (const _ of encode(counted(samplePages(sourceOf(pool, epoch!, selection), beginning))));
      })
      return samples / took
    })
  return {
    figures: [
      figure('an epoch of two snapshots is counted', 's', seconds),
      figure('samples as NDJSON', 'samples/s', await rate({}, ndjsonPieces)),
      figure('samples as Parquet', 'samples/s', await rate({}, parquetPieces)),
      figure('10,000 of each snapshot, balanced, as Parquet', 'samples/s', await rate(drawn, parquetPieces)),
    ],
    goals: [],
  }
}

const drawn: Partial<Selection> = { sampling: 'balanced', size: 10_000 }

const sourceOf = (
  pool: pg.Pool,
  { snapshots, training }: Epoch,
  selection: Partial<Selection>,
): SampleSource => ({
  snapshots,
  selection: {
    ...{ split: null, subtree: null, depth: null, sampling: 'all', size: null, seed: 1, ...training },
    ...selection,
  },
  read: readIn(pool),
  open: async (entities) => entities,
})

/** Nothing of it is in the archive. */
const readIn =
  (pool: pg.Pool): Read =>
  (_, work) =>
    inTenantTransaction(pool, tenant, work)

const timed = async (work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1_000
}

export const bench: Bench = {
  name: 'training',
  size: { unit: 'entities', standard: 100_000, small: 10_000 },
  run,
}
