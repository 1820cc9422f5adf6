import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { takeDueSnapshots } from '#world/auto-snapshot'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
})

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)

it('cuts a snapshot every so many minutes in which something changed', async () => {
  const pool = database.pool('orrery_background')
  const take = (minutes: number) => takeDueSnapshots(pool, inMinutes(minutes), uuidv7)
  const put = (world: string, id: string) =>
    api.call('POST', '/eustress/ingest/entity', { space_name: world, entity: { id, position: [0, 0, 0] } })
  const seqs = async (world: string) =>
    (await api.call('GET', `/eustress/ingest/snapshots/${world}?view=summary`)).body.map(
      ({ seq }: { seq: number }) => seq,
    )

  await put('never', 'a')
  await put('often', 'a')
  await api.call('PATCH', '/worlds/often/settings', { snapshots: { everyMinutes: 5 } })
  expect(await take(4)).toBe(0)
  expect(await take(6)).toBe(1)
  expect(await take(60)).toBe(0)
  await put('often', 'b')
  expect(await take(10)).toBe(0)
  expect(await take(12)).toBe(1)
  expect(await seqs('often')).toEqual([4, 3])
  expect(await seqs('never')).toEqual([])
})

it('cuts one where two schedulers call at once', async () => {
  const pool = database.pool('orrery_background')
  await api.call('POST', '/worlds', { name: 'twice', settings: { snapshots: { everyMinutes: 1 } } })
  const taken = await Promise.all([1, 2, 3].map(() => takeDueSnapshots(pool, inMinutes(2), uuidv7)))
  expect(taken.reduce((a, b) => a + b)).toBe(1)
})
