import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrate } from '#platform/postgres/migrate'
import { createPool } from '#platform/postgres/pool'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let admin: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  admin = createPool({ connectionString: database.adminUrl, applicationName: 'test-admin' })
})
afterAll(async () => {
  await admin?.end()
  await database?.drop()
})

/** As they were before the migration that counts active bodies. */
const insertWorld = async (n: number, settings: object): Promise<string> => {
  const worldId = `01890000-0000-7000-8000-00000000000${n}`
  await admin.query(
    `INSERT INTO worlds (world_id, tenant_id, name, settings, last_occurred_at, created_at)
     VALUES ($1::uuid, 'local', $1::text, $2, now(), now())`,
    [worldId, settings],
  )
  return worldId
}

interface Row {
  id: string
  /** Written, and as the row of the body has it. */
  x: [written: number, simulated: number]
  tick: number
  activity: number
  parameters?: object
}

const insertEntity = async (worldId: string, { id, x, tick, activity, parameters }: Row): Promise<void> => {
  await admin.query(
    `INSERT INTO entities (world_id, tenant_id, entity_id, name, class_type, archetype, tags, flux_position, x, y, z,
       from_seq, created_at, updated_at)
     VALUES ($1, 'local', $2, $2, 'Part', '', '{}', 1, $3, 0, 0, 7, now(), now())`,
    [worldId, id, x[0]],
  )
  await admin.query(
    `INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, mass, activity, jitter, anchored, tick)
     VALUES ($1, 'local', $2, $3, 0, 0, 1, $4, 0, false, $5)`,
    [worldId, id, x[1], activity, tick],
  )
  if (parameters !== undefined)
    await admin.query(
      `INSERT INTO components (world_id, entity_id, component_type, tenant_id, data, from_seq)
       VALUES ($1, $2, 'Parameters', 'local', $3, 1)`,
      [worldId, id, parameters],
    )
}

it('the migration counts what is there, and each role that needs it sees which worlds move', async () => {
  const connectionString = database.url('orrery_migrate')
  const ran: string[] = []
  while (ran.at(-1) !== '0004_physics_demand')
    ran.push(...(await migrate({ connectionString, direction: 'down', count: 1 })))
  const moving = await insertWorld(1, {})
  const paused = await insertWorld(2, { physics: { paused: true } })
  const still = await insertWorld(3, { physics: { paused: false } })
  const rows: [string, Row][] = [
    [moving, { id: 'by default', x: [1, 1], tick: 0, activity: 0.5 }],
    [moving, { id: 'awake since', x: [1, 1], tick: 0, activity: 0, parameters: { activity: 2 } }],
    [moving, { id: 'asleep since', x: [1, 1], tick: 0, activity: 1, parameters: { activity: 0 } }],
    [moving, { id: 'not a number', x: [1, 1], tick: 0, activity: 1, parameters: { activity: 'high' } }],
    [moving, { id: 'out of range', x: [1, 1], tick: 0, activity: 0, parameters: { activity: -3 } }],
    [paused, { id: 'drifted', x: [1, 2], tick: 9, activity: 1 }],
    [still, { id: 'put elsewhere', x: [1, 2], tick: 0, activity: 0, parameters: { mass: 2 } }],
  ]
  for (const [worldId, row] of rows) await insertEntity(worldId, row)
  await migrate({ connectionString })

  const { rows: worlds } = await admin.query('SELECT active_bodies FROM worlds ORDER BY world_id')
  expect(worlds.map(({ active_bodies }) => active_bodies)).toEqual([3, 1, 0])
  const { rows: entities } = await admin.query('SELECT entity_id, activity, position_seq FROM entities')
  expect(
    Object.fromEntries(entities.map((row) => [row.entity_id, [row.activity, row.position_seq]])),
  ).toEqual({
    'by default': [0.5, 0],
    'awake since': [2, 0],
    'asleep since': [0, 0],
    'not a number': [1, 0],
    'out of range': [0, 0],
    drifted: [1, 0],
    'put elsewhere': [0, 7],
  })

  for (const role of ['orrery_relay', 'orrery_physics'] as const) {
    const seen = await database.pool(role).query('SELECT world_id, active_bodies FROM active_worlds')
    expect(seen.rows).toEqual([{ world_id: moving, active_bodies: 3 }])
  }
  await expect(database.pool('orrery_app').query('SELECT FROM active_worlds')).rejects.toThrow(
    /permission denied/,
  )
})
