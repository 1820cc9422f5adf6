import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chronicleEventSchema } from '#chronicle/schemas'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Command } from '#world/commands'
import { createWorldWriter } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let admin: pg.Client
let app: pg.Pool
let worldId: string

const tenantTables = async (): Promise<string[]> => {
  // a view reads with the rights and the policies of whoever asks
  const text = `SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE column_name = 'tenant_id' AND table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`
  return (await admin.query<{ table_name: string }>(text)).rows.map((row) => row.table_name)
}

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  app = database.pool('orrery_app')
  const writer = createWorldWriter({
    pool: app,
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    now: () => new Date(),
    newId: uuidv7,
  })
  const entities = Array.from({ length: 5_000 }, (_, n) => ({
    ...{
      id: `e${n}`,
      name: `E${n}`,
      classType: `Class${n % 500}`,
      position: [n * 10, 0, 0] as [number, number, number],
    },
    ...{
      rotation: [0, 0, 0, 1] as [number, number, number, number],
      scale: [1, 1, 1] as [number, number, number],
    },
    ...{ tags: [`tag${n % 500}`], parameters: { n }, extra: {} },
  }))
  const commands = entities.map((entity) => ({ kind: 'put-entity' as const, entity }))
  for (const tenantId of ['ours', 'theirs']) {
    const request = { tenantId, world: 'w', requestId: randomUUID(), snapshotFromCommands: 1 }
    const created = await writer.write({ ...request, commands })
    if (tenantId === 'theirs' && created.status === 'applied') worldId = created.worldId
    const updates = [
      { kind: 'set-parameter' as const, entityId: 'e1', name: 'x', value: 1 },
      {
        kind: 'put-relationship' as const,
        relationship: { sourceId: 'e1', targetId: 'e2', type: 'near', strength: 1, label: null, data: {} },
      },
      {
        kind: 'put-relationship' as const,
        relationship: { sourceId: 'e1', targetId: 'e2', type: 'near', strength: 2, label: null, data: {} },
      },
    ]
    await writer.write({ ...request, requestId: randomUUID(), audit: 'test', commands: updates })
    const told = Array.from({ length: 5_000 }, (_, n) =>
      chronicleEventSchema.parse({
        ...{ id: `t${n}`, timestamp: '2018-01-01T00:00:00Z', eventType: 'meeting', action: 'met' },
        ...{ summary: `Word${n % 500} of ${tenantId}`, keywords: [`key${n % 500}`] },
      }),
    )
    const [first] = told
    const ofChronicle: Command[] = [
      { kind: 'record-chronicle-events', chronicleId: 'c', events: told },
      { kind: 'change-chronicle-event', chronicleId: 'c', event: { ...first!, summary: 'Another' } },
    ]
    await writer.write({ ...request, requestId: randomUUID(), commands: ofChronicle })
  }
  await admin.query('ANALYZE')
})

afterAll(async () => {
  await admin?.end()
  await database?.drop()
})

describe('tenants are strangers', () => {
  it('every table with a tenant has forced row security and a policy for each role that may touch it', async () => {
    const { rows } = await admin.query(
      `SELECT relname FROM pg_class WHERE relname = ANY ($1) AND NOT (relrowsecurity AND relforcerowsecurity)`,
      [await tenantTables()],
    )
    expect(rows).toEqual([])
    const { rows: views } = await admin.query(
      `SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
         AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)`,
    )
    expect(views).toEqual([])
  })

  it('shows no row of another tenant, in any table', async () => {
    const filled = [
      'worlds',
      'entities',
      'entity_history',
      'components',
      'component_history',
      'relationships',
    ]
    filled.push('relationship_history', 'world_events', 'requests', 'scene_snapshots', 'entity_physics_state')
    filled.push('audit_log', 'chronicles', 'chronicle_events', 'chronicle_progress')
    for (const table of await tenantTables()) {
      const { rows: all } = await admin.query(`SELECT DISTINCT tenant_id FROM ${table} ORDER BY 1`)
      if (filled.includes(table)) expect(all.map((row) => row.tenant_id)).toEqual(['ours', 'theirs'])
      const seen = await inTenantTransaction(app, 'ours', (client) =>
        client.query(`SELECT DISTINCT tenant_id FROM ${table}`),
      )
      expect(seen.rows.every((row) => row.tenant_id === 'ours')).toBe(true)
    }
  })

  it('matches nothing without a tenant, with an empty one, and after one was reset', async () => {
    for (const table of await tenantTables()) {
      expect((await app.query(`SELECT count(*) FROM ${table}`)).rows[0].count).toBe(0)
      const empty = await inTenantTransaction(app, '', (client) =>
        client.query(`SELECT count(*) FROM ${table}`),
      )
      expect(empty.rows[0].count).toBe(0)
    }
  })

  it('lets nobody write into another tenant’s world', async () => {
    const insert = `INSERT INTO world_events (world_id, tenant_id, seq, event_id, type, data, cause, occurred_at)
      VALUES ($1, 'theirs', 999999, gen_random_uuid(), 'x', '{}', '{}', now())`
    await expect(
      inTenantTransaction(app, 'ours', (client) => client.query(insert, [worldId])),
    ).rejects.toThrow(/row-level security/)
    const update = await inTenantTransaction(app, 'ours', (client) =>
      client.query('UPDATE worlds SET seq = 0 WHERE world_id = $1', [worldId]),
    )
    expect(update.rowCount).toBe(0)
  })

  it('the functions that search with an index keep to the tenant', async () => {
    const tagged = (tenant: string) =>
      inTenantTransaction(app, tenant, (client) =>
        client.query('SELECT entities_tagged($1, $2)', [worldId, 'tag7']),
      )
    expect((await tagged('ours')).rows).toHaveLength(0)
    expect((await tagged('theirs')).rows).toHaveLength(10)
  })

  it.each([
    `entities_of_class($1, 'Class7', 100)`,
    `entities_tagged($1, 'tag7', 100)`,
    `entities_with($1, 'Nothing', false, 100)`,
    'entities_by_class($1)',
  ])('so does %s, which looks at the index alone', async (call) => {
    const found = async (tenant: string) => {
      const text = `SELECT * FROM ${call}`
      return (await inTenantTransaction(app, tenant, (client) => client.query(text, [worldId]))).rows.length
    }
    expect(await found('ours')).toBe(0)
    expect(await found('theirs')).toBeGreaterThan(0)
  })

  it('so do those that read hot fields by the index alone', async () => {
    await inTenantTransaction(app, 'theirs', (client) =>
      client.query(
        `INSERT INTO components (world_id, tenant_id, entity_id, component_type, data, from_seq, hot_number, hot_text)
         VALUES ($1, 'theirs', 'e7', 'Mood', '{"a":1}', 1, 5, 'glad')`,
        [worldId],
      ),
    )
    const counts = (tenant: string) =>
      inTenantTransaction(app, tenant, async (client) => {
        const calls = [
          `components_numbered($1, 'Mood', 0, 9, 100)`,
          `components_worded($1, 'Mood', 'glad', 100)`,
          `components_ascending($1, 'Mood', 0, '', 100)`,
          `components_descending($1, 'Mood', 9, '', 100)`,
          `components_by_word($1, 'Mood')`,
          `components_containing($1, 'Mood', '{"a":1}', '{"a":[1]}', 100)`,
        ]
        const lengths: number[] = []
        for (const call of calls)
          lengths.push((await client.query(`SELECT * FROM ${call}`, [worldId])).rows.length)
        return lengths
      })
    expect(await counts('ours')).toEqual([0, 0, 0, 0, 0, 0])
    expect(await counts('theirs')).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('so do those that search chronicles', async () => {
    const counts = (tenant: string) =>
      inTenantTransaction(app, tenant, async (client) => {
        const texts = [
          `SELECT chronicle_matching($1, 'c', 'word7')`,
          `SELECT chronicle_marked($1, 'c', ARRAY['k:key7'])`,
          `SELECT chronicle_marked_any($1, 'c', ARRAY['k:key7', 'k:key8'], 100)`,
          `SELECT * FROM chronicle_search($1, NULL, 'word7', NULL, NULL, 100)`,
          `SELECT * FROM chronicle_search_similar($1, NULL, ARRAY['meetinx'], NULL, NULL, 100)`,
        ]
        const lengths: number[] = []
        for (const text of texts) lengths.push((await client.query(text, [worldId])).rows.length)
        return lengths
      })
    expect(await counts('ours')).toEqual([0, 0, 0, 0, 0])
    expect(await counts('theirs')).toEqual([10, 10, 20, 10, 100])
  })

  it('history is append-only for the application', async () => {
    for (const table of [
      'world_events',
      'entity_history',
      'component_history',
      'relationship_history',
      'requests',
      'audit_log',
      'chronicle_event_history',
    ]) {
      for (const statement of [`DELETE FROM ${table}`, `UPDATE ${table} SET tenant_id = tenant_id`]) {
        await expect(inTenantTransaction(app, 'ours', (client) => client.query(statement))).rejects.toThrow(
          /permission denied/,
        )
      }
    }
  })
})

describe('filters find their index under row security', () => {
  const planOf = (role: string, text: string, values: unknown[]) =>
    inTenantTransaction(app, 'theirs', async () => {
      const client = new pg.Client({ connectionString: database.adminUrl })
      await client.connect()
      try {
        await client.query(`SET ROLE ${role}`)
        await client.query(`SELECT set_config('orrery.tenant', 'theirs', false)`)
        const { rows } = await client.query(`EXPLAIN ${text}`, values)
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      } finally {
        await client.end()
      }
    })

  it.each([
    ['class_type = $2', 'Class7', 'entities_class_type'],
    ['flux_position = ANY ($2::int2[])', [3], 'entities_'],
    ['x BETWEEN $2 AND 200', 100, 'entities_position'],
    ['entity_id = $2', 'e7', 'entities_pkey'],
  ])('%s', async (condition, value, index) => {
    const plan = await planOf('orrery_app', `SELECT * FROM entities WHERE world_id = $1 AND ${condition}`, [
      worldId,
      value,
    ])
    expect(plan).toContain(index)
    expect(plan).not.toContain('Seq Scan')
  })

  it.each([
    [`search @@ chronicle_query($2)`, 'word7', 'chronicle_events_search'],
    ['marks @> ARRAY[$2]', 'k:key7', 'chronicle_events_marks'],
    ['search_text %> $2', 'meetinx', 'chronicle_events_trigrams'],
  ])('of chronicles: %s', async (condition, value, index) => {
    const text = `SELECT event_id FROM chronicle_events WHERE ${condition} AND world_id = $1 AND tenant_id = 'theirs'`
    expect(await planOf('orrery_search', text, [worldId, value])).toContain(index)
  })

  it('tags', async () => {
    const text = `SELECT entity_id FROM entities WHERE tags @> ARRAY[$2] AND world_id = $1 AND tenant_id = 'theirs'`
    expect(await planOf('orrery_search', text, [worldId, 'tag7'])).toContain('entities_tags')
  })
})
