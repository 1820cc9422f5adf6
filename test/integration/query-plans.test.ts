import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTenantTransaction } from '#platform/postgres/pool'
import { parseQuery } from '#world/query/parse'
import { prepareQuery } from '#world/query/run'
import { type EcsWorld, fillEcsWorld } from '../../scripts/bench/ecs-world.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

// How queries of each kind are answered, by what is read while they are: as the application, under row security, with
// settings as they come, of a world that is analysed, and once more of one that never was

const entities = 20_000

let database: TestDatabase
let admin: pg.Pool
let app: pg.Pool
let world: EcsWorld

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Pool({ connectionString: database.adminUrl })
  app = database.pool('orrery_app')
  world = await fillEcsWorld(admin, entities, () => {})
}, 120_000)

afterAll(async () => {
  await admin?.end()
  await database?.drop()
})

interface Reading {
  table: string
  name: string
  rows: number
}

const selectReadings = `
  SELECT relname AS table, indexrelname AS name, idx_tup_read AS rows FROM pg_stat_xact_user_indexes WHERE idx_scan > 0
  UNION ALL
  SELECT relname, 'all of ' || relname, seq_tup_read FROM pg_stat_xact_user_tables WHERE seq_scan > 0`

/** By which indexes a query has read how many entries, in functions too, and which tables as a whole. */
const readBy = (text: string): Promise<Reading[]> =>
  inTenantTransaction(app, world.tenantId, async (client) => {
    const { tenantId, worldId } = world
    const request = { tenantId, worldId, readWorldId: worldId, asOf: null, query: parseQuery(text) }
    const statement = await prepareQuery(client, request)
    await client.query(statement.text, statement.values)
    const { rows } = await client.query<Reading>(selectReadings)
    return rows.filter(({ table }) => large.has(table))
  })

const large = new Set(['entities', 'components', 'relationships'])

/** A query, an index that finds or orders its entities, and how many entries of indexes may be read. */
const shapes: [string, string, number][] = [
  ['', 'entities_pkey', 1_000],
  ['Health.current > 150', 'components_hot_number', 10],
  ['Health.current < 50', 'entities_pkey', 5_000],
  ['Health.current < 3 and Inventory.gold > 990', 'components_hot_number', 5_000],
  ['Status.state = "none"', 'components_hot_text', 10],
  ['Location.placeId in ("place-7", "place-8")', 'components_hot_text', 5_000],
  ['class = "Class7"', 'entities_class_type', 5_000],
  ['class = "Class7" and Health.current < 3', 'entities_class_type', 5_000],
  ['name = "Ada Fell 77"', 'entities_name_key', 10],
  ['id = "e0000007"', 'entities_pkey', 20],
  ['has tag "tag7"', 'entities_tags', 5_000],
  ['name ~ "thorne 77"', 'entities_name_trigrams', 5_000],
  ['Inventory.items contains {"name":"thing 7"}', 'components_data', 5_000],
  ['!Health', 'entities_archetype', 20],
  ['Health and !Inventory', 'entities_archetype', 3_000],
  ['->trusts of "e0007920"', 'relationships_target', 5_000],
  ['<-trusts of "e0007920"', 'relationships_pkey', 5_000],
  ['->trusts{1,3} of "e0007920"', 'relationships_target', 5_000],
  ['under "e0000030"', 'relationships_pkey', 5_000],
  ['above "e0007920"', 'relationships_one_parent', 5_000],
  ['in box(1000,1000,1000,2000,2000,2000)', 'entities_position', 5_000],
  ['near "e0007920" within 500', 'entities_position', 5_000],
  ['sort by Health.current desc', 'components_hot_number', 5_000],
  ['sort by name', 'entities_name_key', 5_000],
  ['sort by Position.x desc', 'entities_position', 5_000],
  ['class = "Class7" sort by name', 'entities_name_key', 5_000],
  ['class = "Class7" sort by Inventory.gold desc', 'components_hot_number', 5_000],
  ['Status.state = "dead" sort by Inventory.gold desc', 'components_hot_number', 5_000],
  ['count', 'entities_pkey', 0],
  ['Health.current < 50 count', 'components_hot_number', 11_000],
  [
    'Position.x > 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "e0010000"',
    'relationships_target',
    5_000,
  ],
  [
    'Health.current < 20 and Inventory.gold > 500 and ->trusts of "e0006667"',
    'relationships_target',
    5_000,
  ],
  [
    'Inventory.gold > 500 and ->knows of (Location.placeId = "place-7" and Health.current < 50)',
    'components_hot_text',
    5_000,
  ],
]

describe.each(['analysed', 'never analysed'])('of a world that is %s', (state) => {
  beforeAll(async () => {
    if (state === 'never analysed') await admin.query('DELETE FROM pg_statistic')
  })

  it.each(shapes)('%s', async (text, index, most) => {
    const readings = await readBy(text)
    const read = readings.reduce((sum, { rows }) => sum + rows, 0)
    if (process.env.SHOW) console.log(`${read} ${readings.map((r)=>r.name+':'+r.rows).join(' ')}  ${text}`)
    expect(readings.filter(({ name }) => name.startsWith('all of'))).toEqual([])
    if (most > 0) expect(readings.map(({ name }) => name)).toContain(index)
    expect(read).toBeLessThanOrEqual(most)
  })
})
