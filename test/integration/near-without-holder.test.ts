import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let api: TestApi
let admin: pg.Client
let holder: Server
let answer = { status: 503, body: {} as object }

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  holder = createServer((_, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening))
  const entities = [1, 2, 3].map((n) => ({ id: `e${n}`, position: [n, 0, 0] }))
  await api.call('POST', '/eustress/ingest/batch', { space_name: 'w', entities })
})

afterAll(async () => {
  holder?.close()
  await admin?.end()
  await api?.stop()
  await database?.drop()
})

const lease = (address: string) =>
  admin.query(
    `INSERT INTO leases (world_id, tenant_id, holder, slot, token, expires_at, address)
     SELECT world_id, tenant_id, 'h', 0, 1, now() + interval '1 hour', $1 FROM worlds
     ON CONFLICT (world_id) DO UPDATE SET address = excluded.address`,
    [address],
  )

const near = () => api.call('GET', '/worlds/w/near?x=0&y=0&z=0&r=2')
const fromDatabase = {
  status: 200,
  body: { source: 'database', entities: [{ id: 'e1', distance: 1 }, { id: 'e2' }] },
}

it('answers from PostgreSQL where nobody holds the world', async () => {
  expect(await near()).toMatchObject(fromDatabase)
  expect(await api.call('GET', '/worlds/w/near?x=0&y=0&z=0&k=1')).toMatchObject({
    body: { entities: [{ id: 'e1' }] },
  })
  expect(await api.call('GET', '/worlds/w/physics')).toMatchObject({
    status: 503,
    body: { title: 'Physics not running' },
  })
})

it('answers from PostgreSQL while the holder loads the world, has lost it, or cannot be reached', async () => {
  const address = `http://127.0.0.1:${(holder.address() as AddressInfo).port}`
  await lease(address)
  for (const status of [503, 404]) {
    answer = { status, body: { title: 'World is starting' } }
    expect(await near()).toMatchObject(fromDatabase)
  }
  answer = { status: 200, body: { entities: [{ id: 'by octree' }] } }
  expect(await near()).toMatchObject({
    status: 200,
    body: { source: 'octree', entities: [{ id: 'by octree' }] },
  })
  await lease('http://127.0.0.1:1')
  expect(await near()).toMatchObject(fromDatabase)
})
