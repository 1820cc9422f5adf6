import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTenantTransaction } from '#platform/postgres/pool'
import { parseQuery } from '#world/query/parse'
import { prepareQuery } from '#world/query/run'
import { type EcsWorld, fillEcsWorld } from '../../scripts/bench/ecs-world.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

// How queries of each kind are answered, by what is read while they are: as the application, under row security, with
// settings as they come, of a world that is analysed

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
  scans: number
  rows: number
}

const selectReadings = `
  SELECT t.relname AS table, c.relname AS name, pg_stat_get_xact_numscans(c.oid) AS scans,
    pg_stat_get_xact_tuples_returned(c.oid) AS rows
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
  WHERE t.relnamespace = 'public'::regnamespace AND pg_stat_get_xact_numscans(c.oid) > 0
  UNION ALL
  SELECT relname, 'all of ' || relname, seq_scan, seq_tup_read FROM pg_stat_xact_user_tables WHERE seq_scan > 0`

/** By which indexes a query has read how many entries, in functions too, and which tables as a whole. */
const readBy = (text: string, asOf: number | null = null): Promise<Reading[]> =>
  inTenantTransaction(app, world.tenantId, async (client) => {
    const { tenantId, worldId } = world
    const request = { tenantId, worldId, readWorldId: worldId, asOf, query: parseQuery(text) }
    const statement = await prepareQuery(client, request)
    // the server counts for its session, not for a statement
    const before = await readingsOf(client)
    await client.query(statement.text, statement.values)
    const after = await readingsOf(client)
    return after.flatMap((reading) => {
      const known = before.find(({ name }) => name === reading.name)
      const [rows, scans] = [reading.rows - (known?.rows ?? 0), reading.scans - (known?.scans ?? 0)]
      return scans > 0 ? [{ ...reading, rows, scans }] : []
    })
  })

const readingsOf = async (client: pg.ClientBase): Promise<Reading[]> =>
  (await client.query<Reading>(selectReadings)).rows.filter(({ table }) => large.has(table))

const large = new Set(['entities', 'components', 'relationships'])

/** A query, an index that finds or orders its entities, and how many entries may be read of all: some more than are. */
const shapes: [string, string, number][] = [
  ['', 'entities_pkey', 800],
  ['Health.current > 150', 'components_hot_number', 10],
  ['Health.current < 50', 'entities_pkey', 4_000],
  ['Health.current < 3 and Inventory.gold > 990', 'components_hot_number', 4_000],
  ['Status.state = "none"', 'components_hot_text', 10],
  ['Location.placeId in ("place-7", "place-8")', 'components_hot_text', 2_000],
  ['class = "Class7"', 'entities_class_type', 2_500],
  ['class = "Class7" and Health.current < 3', 'entities_class_type', 4_500],
  ['name = "Ada Fell 77"', 'entities_name_key', 10],
  ['id = "e0000007"', 'entities_pkey', 20],
  ['has tag "tag7"', 'entities_tags', 3_500],
  ['name ~ "thorne 77"', 'entities_name_trigrams', 3_000],
  ['Inventory.items contains {"name":"thing 7"}', 'components_data', 6_000],
  ['!Health', 'entities_signature', 40],
  ['->trusts of "e0007920"', 'relationships_target', 1_000],
  ['<-trusts of "e0007920"', 'relationships_pkey', 100],
  ['under "e0000030"', 'relationships_pkey', 2_500],
  ['above "e0007920"', 'relationships_one_parent', 100],
  ['in box(1000,1000,1000,2000,2000,2000)', 'entities_position', 400],
  ['near "e0007920" within 500', 'entities_position', 300],
  ['sort by Health.current desc', 'components_hot_number', 2_000],
  ['sort by name', 'entities_name_key', 1_000],
  ['sort by Position.x desc', 'entities_position', 1_000],
  ['class = "Class7" sort by name', 'entities_class_type', 5_000],
  ['class = "Class7" sort by Inventory.gold desc', 'entities_class_type', 6_000],
  ['Status.state = "dead" sort by Inventory.gold desc', 'components_hot_number', 7_000],
  ['Health.current < 50 count', 'components_hot_number', 11_000],
  [
    'Position.x > 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "e0010000"',
    'relationships_target',
    2_000,
  ],
  ['Health.current < 20 and Inventory.gold > 500 and ->trusts of "e0006667"', 'relationships_target', 8_000],
  [
    'Inventory.gold > 500 and ->knows of (Location.placeId = "place-7" and Health.current < 50)',
    'components_hot_text',
    11_000,
  ],
]

describe('a query finds its entities by an index, and reads little more than them', () => {
  it.each(shapes)('%s', async (text, index, most) => {
    const readings = await readBy(text)
    expect(readings.filter(({ name }) => name.startsWith('all of'))).toEqual([])
    expect(readings.map(({ name }) => name)).toContain(index)
    expect(readings.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(most)
  })

  it.each([
    ['', 'entities_pkey', 800],
    ['->trusts of "e0007920"', 'relationships_target', 1_000],
    ['Location.placeId = "place-7"', 'components_hot_text', 2_000],
    ['has tag "tag7"', 'entities_tags', 3_500],
    ['Health.current > 150', 'components_hot_number', 10],
  ] as const)(
    'and in the past little more than those and what has changed since: %s',
    async (text, index, most) => {
      const readings = await readBy(text, world.entities + world.relationships)
      expect(readings.filter(({ name }) => name.startsWith('all of'))).toEqual([])
      expect(readings.map(({ name }) => name)).toContain(index)
      expect(readings.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(most)
    },
  )

  it('counts a world without reading its entities', async () => {
    expect(await readBy('count')).toEqual([])
  })
})
