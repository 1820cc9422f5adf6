import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyEvent } from '#physics/apply'
import type { WorldEvent } from '#world/event'
import { startTestApi, type TestApi } from '../support/api.ts'
import { chroniclesOf, told } from '../support/chronicle.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { emptySimulation } from '../support/physics-events.ts'

let database: TestDatabase
let admin: pg.Client
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await admin?.end()
  await database?.drop()
})

const fork = async (world: string, name: string, more: object = {}) =>
  expect((await api.call('POST', '/admin/fork', { world, name, ...more })).status).toBe(200)

const ids = (body: { events: { id: string }[] }) => body.events.map(({ id }) => id)

const progressOf = async (world: string) => {
  const text = `SELECT recorded_seq, projected_seq FROM chronicle_progress JOIN worlds USING (world_id) WHERE name = $1`
  return (await admin.query(text, [world])).rows.map((row) => [
    Number(row.recorded_seq),
    Number(row.projected_seq),
  ])
}

describe('a fork', () => {
  it('has the chronicles that its parent had at the seq, and its own from there', async () => {
    const parent = chroniclesOf(api, 'parent')
    await parent.post('c', { events: [told('a'), told('b', { keywords: ['key'] }), told('gone')] })
    await parent.put('c', 'a', told('a', { summary: 'Second' }))
    await parent.retract('c', 'gone', 'a lie')
    await parent.put('c', 'a', told('a', { summary: 'Third' }))
    await parent.retract('c', 'b')
    await parent.post('late', told('x'))
    await fork('parent', 'child', { atSeq: 4 })
    const child = chroniclesOf(api, 'child')

    expect((await child.list('c')).body.events).toMatchObject([{ id: 'a', summary: 'Second' }, { id: 'b' }])
    expect((await child.chronicle('c')).body).toMatchObject({ eventCount: 2, seq: 2 })
    expect((await child.chronicle('late')).status).toBe(404)
    expect((await child.get('c', 'gone')).body).toMatchObject({ retracted: true, reason: 'a lie' })
    expect(ids((await child.list('c', 'keyword=key')).body)).toEqual(['b'])
    expect(ids((await child.list('c', 'q=second')).body)).toEqual(['a'])
    expect(await progressOf('child')).toEqual([[4, 0]])

    // before its beginning: as the parent was
    expect((await child.get('c', 'a', '?asOf=2')).body).toMatchObject({ version: 1, summary: 'Summary of a' })
    expect(ids((await child.list('c', 'asOf=2')).body)).toEqual(['a', 'b', 'gone'])

    expect(
      (await child.post('c', { events: [told('b', { keywords: ['key'] }), told('own')] })).body,
    ).toMatchObject({
      ...{ recorded: 1, duplicates: 1, seq: 6 },
    })
    expect((await child.post('c', told('gone'))).status).toBe(409)
    await child.put('c', 'a', told('a', { summary: 'Of the child' }))
    expect(await progressOf('child')).toEqual([[7, 0]])
    expect((await child.get('c', 'a', '/history')).body.versions).toMatchObject([
      { version: 1, seq: 2, summary: 'Summary of a' },
      { version: 2, seq: 3, summary: 'Second' },
      { version: 3, seq: 7, summary: 'Of the child' },
    ])
    expect((await parent.get('c', 'a')).body).toMatchObject({ version: 3, summary: 'Third' })
    expect(ids((await parent.list('c')).body)).toEqual(['a'])

    await fork('child', 'grandchild')
    const grandchild = chroniclesOf(api, 'grandchild')
    expect((await grandchild.get('c', 'a', '/history')).body.versions).toHaveLength(3)
    expect(ids((await grandchild.list('c')).body)).toEqual(['a', 'b', 'own'])
  })

  it('of a world without chronicles has none', async () => {
    await api.call('POST', '/worlds', { name: 'silent', settings: {} })
    await fork('silent', 'still silent')
    expect((await api.call('GET', '/api/chronicles?world=still%20silent')).body.chronicles).toEqual([])
    expect(await progressOf('still silent')).toEqual([])
  })
})

describe('events of the log that tell of chronicles', () => {
  it('change nothing of the physics but its seq', async () => {
    const world = chroniclesOf(api, 'logged')
    await world.create({ id: 'c', title: 'A chronicle' })
    await world.post('c', { events: [told('a'), told('b')] })
    await world.put('c', 'a', told('a', { summary: 'Another' }))
    await world.retract('c', 'b')
    const text = `SELECT e.seq, e.type, e.data, e.entity_id FROM world_events e JOIN worlds USING (world_id) WHERE name = $1 ORDER BY 1`
    const { rows } = await admin.query(text, ['logged'])
    const events = rows.map(
      (row) =>
        ({
          ...row,
          seq: Number(row.seq),
          entityId: row.entity_id,
          id: '',
          cause: {},
          occurredAt: '',
        }) as WorldEvent,
    )
    expect(events.map(({ type }) => type)).toEqual([
      'world.created.v1',
      'chronicle.created.v1',
      'chronicle.recorded.v1',
      'chronicle.event_changed.v1',
      'chronicle.event_retracted.v1',
    ])
    const simulation = emptySimulation()
    for (const event of events) applyEvent(simulation, event)
    expect(simulation.seq).toBe(5)
    expect({ ...simulation, seq: 0 }).toEqual({ ...emptySimulation(), seq: 0 })
  })
})
