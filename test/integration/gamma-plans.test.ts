import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { placeOf } from '#ledger/place'
import { readCoarseGamma } from '#ledger/postgres/read-coarse-gamma'
import { readGamma, readGammaState } from '#ledger/postgres/read-gamma'
import { listHeads, readHead } from '#ledger/postgres/read-heads'
import { readPastCells } from '#ledger/postgres/read-past-cells'
import { readWindowHeads } from '#ledger/postgres/windows'
import { byteaArray, textArray } from '#platform/postgres/binary-array'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

// 10,000 commits behind a planetary tile, in a ledger that has many others

const commits = 10_000
const tile = '12:-1:3:0'

let database: TestDatabase
let admin: pg.Client
let app: pg.Client
let api: TestApi
let worldId: string
const plans: string[] = []

/** A connection of the application that tells the plan of each query. */
let explaining: pg.ClientBase

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  app = new pg.Client({ connectionString: database.url('orrery_app') })
  await Promise.all([admin.connect(), app.connect()])
  api = await startTestApi(database.url('orrery_app'))
  await api.call('POST', '/worlds', { name: 'w', settings: {} })
  worldId = (await api.call('GET', '/worlds/w')).body.worldId
  await fill(tile, 16, commits)
  for (let shard = 0; shard < 20; shard++) await fill(`12:${shard}:0:0`, 16, 100)
  await fillOthers()
  await admin.query('ANALYZE')
  await app.query(`SELECT set_config('orrery.tenant', 'local', false)`)
  explaining = {
    query: async ({ text, values }: pg.QueryConfig) => {
      const { rows } = await app.query(`EXPLAIN ${text}`, values)
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
      return app.query(text, values)
    },
  } as unknown as pg.ClientBase
})

afterAll(async () => {
  await api?.stop()
  await Promise.all([admin?.end(), app?.end()])
  await database?.drop()
})

/** Commits of one chain, each with an entry of weight 1 for each of some cells, and their gamma. */
const fill = async (shard: string, cells: number, count: number): Promise<void> => {
  const [, x, y, z] = shard.split(':').map(Number)
  const regions = Array.from({ length: cells }, (_, at) => `6:${64 * x! + at}:${64 * y!}:${64 * z!}`)
  const key = [worldId, shard, count]
  await admin.query(
    `INSERT INTO commits (commit_id, world_id, tenant_id, layer, shard, number, epoch_start, epoch_end, window_end,
       previous_hash, hash, from_input, seen_input, entries, contributions, activity_sum, committed_at, seal)
     SELECT gen_random_uuid(), $1, 'local', 'planetary', $2, n, 10 * n - 9, 10 * n, 10 * n, '', '', 1, 1, $4::int, $4::int, 0, now(), ''
     FROM generate_series(1, $3::int) n`,
    [...key, cells],
  )
  const named = [byteaArray(regions.map(placeOf)), textArray(regions)]
  const sums = '1, 1048576, 1048576, 1099511627776'
  await admin.query(
    `INSERT INTO commit_entries (commit_key, place, correction, tenant_id, world_id, layer, region, count, weight_sum,
       activity_sum, activity_squares, weight, activity_mean, activity_var, entity_refs, late_from, late_to)
     SELECT commit_key, place, false, 'local', world_id, layer, region, ${sums}, 1, 1, 0, '{}', 0, 0
     FROM commits, unnest($3::bytea[], $4::text[]) u (place, region) WHERE world_id = $1 AND shard = $2`,
    [worldId, shard, ...named],
  )
  await admin.query(
    `INSERT INTO gamma_cells (world_id, layer, place, exponent, tenant_id, region, epoch_start, epoch_end, latest_weight_sum, count,
       weight_sum, activity_sum, activity_squares, commit_id)
     SELECT world_id, layer, place, 6, tenant_id, region, epoch_start, epoch_end, 1048576, $3, 1048576 * $3::numeric,
       1048576 * $3::numeric, 1099511627776 * $3::numeric, commit_id
     FROM commits, unnest($4::bytea[], $5::text[]) u (place, region)
     WHERE world_id = $1 AND shard = $2 AND number = $3::int`,
    [...key, ...named],
  )
}

/** Other worlds, each a fork with chains of its own. */
const fillOthers = async (): Promise<void> => {
  await admin.query(`
    INSERT INTO worlds (world_id, tenant_id, name, settings, last_occurred_at, created_at, parent_world_id)
    SELECT gen_random_uuid(), 'local', 'other ' || n, '{}', now(), now(), gen_random_uuid() FROM generate_series(1, 2000) n`)
  await admin.query(`
    INSERT INTO inherited_chains (world_id, layer, shard, of_world_id, from_number, to_number, tenant_id)
    SELECT world_id, 'planetary', '12:0:0:0', parent_world_id, 1, 9, tenant_id FROM worlds WHERE parent_world_id IS NOT NULL`)
}

const planOf = async (read: () => Promise<unknown>): Promise<string> => {
  plans.length = 0
  await read()
  return plans.join('\n')
}

const query = () => ({ worldId, layer: 'planetary' as const, region: tile, limit: 1_001 })

it.each<[string, () => Promise<unknown>, string]>([
  ['a page of cells', () => readGamma(explaining, query()), 'gamma_cells_pkey'],
  ['whether it has changed', () => readGammaState(explaining, query()), 'gamma_cells_pkey'],
  [
    'a page behind a cell',
    () => readGamma(explaining, { ...query(), after: '6:-60:192:0' }),
    'gamma_cells_pkey',
  ],
  ['coarser cells', () => readCoarseGamma(explaining, query(), 8), 'gamma_cells_pkey'],
  ['a commit', () => readHead(explaining, worldId, uuidv7()), 'commits_world_id_commit_id_key'],
  ['the latest commits', () => listHeads(explaining, worldId, { layer: 'planetary' }, 101), 'commits_epoch'],
  [
    'the latest commits of a shard',
    () => listHeads(explaining, worldId, { layer: 'planetary', shard: tile }, 101),
    'commits_world_id_layer_shard_number_key',
  ],
  [
    'what windows ended with',
    () => readWindowHeads(explaining, worldId, 'planetary', 90_000, 90_100),
    'commits_window',
  ],
])('%s is found by its index', async (_, read, index) => {
  const plan = await planOf(read)
  expect(plan).toContain(index)
  expect(plan).not.toContain('Seq Scan')
  if (index === 'gamma_cells_pkey') expect(plan).toMatch(/Index Cond:.*place >= .*place </s)
})

it('cells of the past are read from the entries of their own places', async () => {
  const plan = await planOf(() => readPastCells(explaining, { ...query(), region: '12:3:0:0', toEpoch: 500 }))
  expect(plan).toContain('commit_entries_place')
  expect(plan).not.toContain('Seq Scan on commit_entries')
})

it('the tile is exact, now and then', async () => {
  const regions = Array.from({ length: 16 }, (_, at) => `6:${-64 + at}:192:0`)
  const expected = (count: number) => ({
    ...{ epochStart: 10 * count - 9, epochEnd: 10 * count, weight: 1, totalWeight: count, count },
    activity: { mean: 1, variance: 0 },
  })
  const current = await api.call('GET', `/gamma/current?world=w&layer=planetary&region=${tile}`)
  expect(current.body.cells).toMatchObject(regions.map((region) => ({ region, ...expected(commits) })))
  const [head] = (
    await api.call('GET', `/commits?world=w&layer=planetary&shard=${tile}&toEpoch=70000&limit=1`)
  ).body.commits
  const past = await api.call('GET', `/gamma/commit/${head.commitId}?world=w&region=${tile}`)
  expect(past.body.cells).toMatchObject(regions.map((region) => ({ region, ...expected(7_000) })))
})
