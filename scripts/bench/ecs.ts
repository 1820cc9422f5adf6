import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import { migrate } from '#platform/postgres/migrate'
import { createPool, type PoolOptions } from '#platform/postgres/pool'
import { writerPoolOptions } from '#world/writer'
import { apiRoutes } from '../../functions/api-routes.ts'
import { type Api, createApi } from '../../functions/create-api.ts'
import { type LocalPostgres, startPostgres } from '../local/postgres.ts'
import { benchCache } from './ecs-cache.ts'
import { benchPages } from './ecs-pages.ts'
import { benchQueries } from './ecs-queries.ts'
import { benchQuestions } from './ecs-questions.ts'
import { benchReads } from './ecs-reads.ts'
import { tellStory } from './ecs-story.ts'
import { fillEcsWorld } from './ecs-world.ts'
import { checkEcsWorld } from './ecs-world-check.ts'
import { type Bench, type BenchResult, figure } from './harness.ts'

const standard = 1_000_000

interface Stage {
  admin: pg.Pool
  /** As the API's own, but for their limit of time. */
  readers: pg.Pool
  writers: pg.Pool
  background: pg.Pool
  api: Api
}

const measure = async (
  { admin, readers, writers, background, api }: Stage,
  entities: number,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const part = <T>(what: string, run: () => Promise<T>): Promise<T> => {
    log(`${what}… (load ${loadavg()[0]!.toFixed(1)})`)
    return run()
  }
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  const now = () => new Date()
  const write = { pool: writers, doorbell, now, newId: uuidv7 }
  const world = await part(`making ${entities.toLocaleString('en')} entities`, () =>
    fillEcsWorld(admin, entities, log),
  )
  await part('checking them', () => checkEcsWorld(admin, write, world))
  const results = [
    await part('reading entities', () => benchReads(readers, api, world)),
    await part('components and relationships', () => benchQueries(readers, world, log)),
    await part('first pages', () => benchPages(readers, world, log)),
  ]
  const told = Math.min(50_000, Math.max(1_000, Math.round(entities / 2)))
  const projection = { pool: background, write, now, log: () => {} }
  const story = await part(`telling ${told} events`, () => tellStory(projection, told, log))
  await admin.query('VACUUM ANALYZE')
  const { recordSeconds, projectSeconds } = story
  results.push(
    {
      figures: [
        figure('chronicle events recorded', 'events/s', [told / recordSeconds]),
        figure('chronicle events projected', 'events/s', [told / projectSeconds]),
      ],
      goals: [],
    },
    await part('named questions', () => benchQuestions(readers, story, log)),
    await part('cache', () => benchCache({ log: (line) => log(`  ${line}`) })),
  )
  return {
    figures: results.flatMap(({ figures }) => figures),
    goals: results.flatMap(({ goals }) => goals),
  }
}

const withStage = async <T>(
  postgres: LocalPostgres,
  dataDir: string,
  run: (stage: Stage) => Promise<T>,
): Promise<T> => {
  const opened: pg.Pool[] = []
  const open = (connectionString: string, options: Partial<PoolOptions> = {}): pg.Pool => {
    const pool = createPool({
      ...{ connectionString, applicationName: 'bench', transactionTimeoutMs: 0, ...options },
    })
    opened.push(pool)
    return pool
  }
  const database = { connectionString: postgres.url('orrery_app') }
  const reportFault = (error: unknown) => console.error(error)
  const overflow = await createFilesystemOverflow(join(dataDir, 'overflow'))
  const api = createApi({ routes: apiRoutes, database, overflow, reportFault })
  try {
    return await run({
      admin: open(postgres.adminUrl()),
      readers: open(database.connectionString, { settings: ['plan_cache_mode=force_custom_plan'] }),
      writers: open(database.connectionString, { ...writerPoolOptions, transactionTimeoutMs: 0 }),
      background: open(postgres.url('orrery_background')),
      api,
    })
  } finally {
    await Promise.all([api.close(), ...opened.map((pool) => pool.end())])
  }
}

/** Reads, queries, pages, the cache and named questions, on a world of that many entities with five components each. */
export const bench: Bench = {
  name: 'ecs',
  size: { unit: 'entities', standard },
  run: async (log, entities) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
    const began = performance.now()
    const timed = (line: string) =>
      log(`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}`)
    try {
      const postgres = await startPostgres({ dataDir })
      try {
        await migrate({ connectionString: postgres.url('orrery_migrate') })
        return await withStage(postgres, dataDir, (stage) => measure(stage, entities, timed))
      } finally {
        await postgres.stop()
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}
