import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Drainer, startDrainer } from '#platform/overflow/drainer'
import { migrate } from '#platform/postgres/migrate'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { freePort, type LocalPostgres, startPostgres } from '../../scripts/local/postgres.ts'
import { startTestApi, type TestApi } from '../support/api.ts'

let dataDir: string
let postgres: LocalPostgres
let api: TestApi
let drainer: Drainer
let port: number

const start = () => startPostgres({ dataDir, port, settings: ['synchronous_commit=on'] })

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-outage-'))
  port = await freePort()
  postgres = await start()
  await migrate({ connectionString: postgres.url('orrery_migrate') })
  api = await startTestApi(postgres.url('orrery_app'))
  drainer = startDrainer({
    store: api.overflow,
    apply: (_, request) => api.api.applyOverflow(request),
    isUnavailable: isDatabaseUnavailable,
    intervalMs: 50,
    maxBackoffMs: 200,
  })
})

afterAll(async () => {
  await drainer?.stop()
  await api?.stop()
  await postgres?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

/** One client: an entity of its own, whose parameter counts up, one request after the other. */
const countUp = async (
  space: string,
  id: string,
  isDone: () => boolean,
  statuses: number[],
): Promise<number> => {
  statuses.push(
    (
      await api.call('POST', '/eustress/ingest/entity', {
        space_name: space,
        entity: { id, position: [0, 0, 0] },
      })
    ).status,
  )
  for (let count = 1; ; count++) {
    const body = { space_name: space, entity_id: id, parameter_name: 'count', value: count }
    statuses.push((await api.call('POST', '/eustress/ingest/parameter', body)).status)
    if (isDone()) return count
  }
}

it('loses nothing, doubles nothing and keeps the order while PostgreSQL is killed and started again', async () => {
  const statuses: number[] = []
  let isDone = false
  const clients = ['one', 'two'].flatMap((space) => ['a', 'b', 'c'].map((id) => ({ space, id })))
  const counting = clients.map(({ space, id }) => countUp(space, id, () => isDone, statuses))

  for (let outage = 0; outage < 4; outage++) {
    const applied = statuses.filter((status) => status === 200).length
    await vi.waitUntil(() => statuses.filter((status) => status === 200).length > applied + 50, {
      timeout: 30_000,
    })
    await (outage % 2 === 0 ? postgres.kill() : postgres.stop())
    const accepted = statuses.filter((status) => status === 202).length
    await vi.waitUntil(() => statuses.filter((status) => status === 202).length > accepted + 50, {
      timeout: 30_000,
    })
    expect(await api.call('GET', '/worlds/one')).toMatchObject({
      status: 503,
      body: { title: 'Database unavailable' },
    })
    postgres = await start()
  }
  isDone = true
  const counts = await Promise.all(counting)
  await vi.waitUntil(async () => (await api.overflow.divertedKeys()).length === 0, { timeout: 60_000 })

  expect(new Set(statuses)).toEqual(new Set([200, 202]))
  const admin = new pg.Client({ connectionString: postgres.adminUrl() })
  await admin.connect()
  try {
    for (const [index, { space, id }] of clients.entries()) {
      expect(await countsOf(admin, space, id)).toEqual(
        Array.from({ length: counts[index]! }, (_, n) => n + 1),
      )
    }
    const { rows } = await admin.query(
      `SELECT w.name, w.seq = count(*) AND w.seq = max(e.seq) AND bool_and(e.occurred_at >= '2020-01-01') AS gapless
       FROM worlds w JOIN world_events e USING (world_id) GROUP BY w.world_id`,
    )
    expect(rows.map((row) => row.gapless)).toEqual([true, true])
  } finally {
    await admin.end()
  }
}, 180_000)

/** The values that the entity's counter took, in order of the log. */
const countsOf = async (admin: pg.Client, space: string, id: string): Promise<number[]> => {
  const { rows } = await admin.query(
    `SELECT (e.data->'changes'->0->>'newValue')::int AS count FROM world_events e JOIN worlds w USING (world_id)
     WHERE w.name = $1 AND e.entity_id = $2 AND e.type = 'entity.updated.v1' ORDER BY e.seq`,
    [space, id],
  )
  return rows.map((row) => row.count)
}

it('answers for a request that waited, applied or refused', async () => {
  await postgres.stop()
  const entity = { space_name: 'three', entity: { id: 'e', position: [0, 0, 0] } }
  const parameter = { space_name: 'three', entity_id: 'nobody', parameter_name: 'p', value: 1 }
  const accepted = await api.call('POST', '/eustress/ingest/entity', entity, { 'x-request-id': 'good' })
  expect(accepted).toMatchObject({ status: 202, body: { success: true, request_id: 'good' } })
  expect(
    (await api.call('POST', '/eustress/ingest/parameter', parameter, { 'x-request-id': 'bad' })).status,
  ).toBe(202)
  expect((await api.call('GET', '/requests/bad?world=three')).body.status).toBe('waiting')
  postgres = await start()
  await vi.waitUntil(async () => (await api.overflow.divertedKeys()).length === 0, { timeout: 30_000 })
  expect((await api.call('GET', '/requests/good?world=three')).body).toMatchObject({
    status: 'applied',
    events: 1,
  })
  expect((await api.call('GET', '/requests/bad?world=three')).body).toMatchObject({
    status: 'refused',
    refusal: { code: 'entity-not-found' },
  })
}, 60_000)

it('answers 202 too where PostgreSQL is frozen rather than gone', async () => {
  const put = (id: string) =>
    api.call('POST', '/eustress/ingest/entity', { space_name: 'frozen', entity: { id, position: [0, 0, 0] } })
  expect((await put('before')).status).toBe(200)
  const pids = serverProcesses(postgres.pid)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  try {
    expect((await put('while')).status).toBe(202)
    expect((await api.call('GET', '/worlds/frozen')).status).toBe(503)
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
  await vi.waitUntil(async () => (await api.overflow.divertedKeys()).length === 0, { timeout: 60_000 })
  expect((await api.call('GET', '/worlds/frozen')).body).toMatchObject({ seq: 3, entityCount: 2 })
}, 120_000)

/** The postmaster and its children, by /proc. */
const serverProcesses = (postmaster: number): number[] => {
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(postmaster)
    } catch {
      return false
    }
  })
  return [postmaster, ...children.map(Number)]
}
