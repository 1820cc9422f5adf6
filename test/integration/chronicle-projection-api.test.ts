import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ringChronicleSweep } from '#chronicle/projection/bells'
import { startChronicles } from '#chronicle/projection/run-local'
import { type BellContext, serveChronicleBells } from '#chronicle/projection/serve-bells'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDoorbellRinger, ringDoorbell } from '#relay/doorbell'
import { startTestApi, type TestApi } from '../support/api.ts'
import { type ChronicleHarness, startChronicleHarness, told } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let harness: ChronicleHarness
let sqs: LocalSqs
let client: ReturnType<typeof createSqsClient>
let queue: Queue
let context: BellContext
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
  sqs = await startLocalSqs()
  client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
  queue = sqsQueue(client, await createQueue(client, 'chronicle'))
  context = { ...harness.context, queue }
  const chronicle = createDoorbellRinger({ queue, now: () => performance.now() })
  api = await startTestApi(database.url('orrery_app'), { chronicle })
})

afterAll(async () => {
  await api?.stop()
  await harness?.close()
  client?.destroy()
  await sqs?.stop()
  await database?.drop()
})

const hero = { name: 'Hero', entityType: 'Character', role: 'agent' }
const statusOf = async (world: string) =>
  (await api.call('GET', `/api/chronicles/projection?world=${world}`)).body
const entitiesOf = async (world: string): Promise<string[]> =>
  (await api.call('GET', `/worlds/${world}/entities`)).body.entities.map(({ id }: { id: string }) => id)

describe('what is told over the API', () => {
  it('reaches the entities of its world by itself', async () => {
    const chronicles = startChronicles(context, { waitSeconds: 1 })
    try {
      const other = { ...hero, name: 'Stranger', entityId: 'h-1' }
      const events = [told({ id: 'e', actors: [hero] }), told({ id: 'f', actors: [other] })]
      await api.call('POST', '/api/chronicles/saga/events?world=told', { events })
      await until('projected', async () => (await statusOf('told')).lag === 0)
      expect(await statusOf('told')).toMatchObject({
        ...{ enabled: true, degraded: false, unknownActions: [{ action: 'noticed', events: 2 }] },
      })
      expect(await entitiesOf('told')).toEqual(['character:hero', 'h-1'])

      const names = [{ chronicleId: 'saga', eventId: 'e' }]
      const merge = { from: 'character:hero', into: 'h-1' }
      expect((await api.call('POST', '/api/chronicles/entities/merge?world=told', merge)).body).toEqual({
        operation: 1,
      })
      await until('merged', async () => !(await entitiesOf('told')).includes('character:hero'))
      const split = { entityId: 'h-1', events: names, newEntityId: 'h-2' }
      await api.call('POST', '/api/chronicles/entities/split?world=told', split)
      await until('split', async () => (await entitiesOf('told')).includes('h-2'))
      expect(await entitiesOf('told')).toEqual(['h-1', 'h-2'])

      const effects = [{ do: 'set-status', of: 'agent', state: 'alert' }]
      const rules = [{ action: 'noticed', effects }]
      const put = await api.call('PUT', '/api/chronicles/rules?world=told', { rules })
      expect(put).toMatchObject({ status: 200, body: { rules: 1, rebuildDue: true } })
      await until('derived anew', async () => {
        const { body } = await api.call('GET', '/worlds/told/entities/h-2')
        return body.components?.Status?.state === 'alert'
      })
      await until('switched', async () => (await statusOf('told')).unknownActions.length === 0)
    } finally {
      await chronicles.stop()
    }
  })

  it('says where entities may not be as told, and is taken all the same', async () => {
    await api.call('POST', '/worlds', { name: 'off', settings: { chronicle: { project: false } } })
    const post = (id: string) =>
      api.call('POST', '/api/chronicles/saga/events?world=off', told({ id, actors: [hero] }))
    expect(await post('e1')).toMatchObject({ status: 200, body: { recorded: 1, degraded: true } })
    expect((await api.call('GET', '/api/chronicles/saga/events?world=off')).body).toMatchObject({
      ...{ degraded: true, events: [{ id: 'e1' }] },
    })
    for (const path of ['saga', 'saga/events/e1', 'saga/events/e1/causes'])
      expect((await api.call('GET', `/api/chronicles/${path}?world=off`)).body.degraded, path).toBe(true)
    // what a GET answers may be sent back
    const { body } = await api.call('GET', '/api/chronicles/saga/events/e1?world=off')
    expect((await api.call('PUT', '/api/chronicles/saga/events/e1?world=off', body)).status).toBe(200)

    await api.call('PUT', '/worlds/off/entities/rock', { components: { Health: { current: 1 } } })
    const header = async () => {
      const answers = [
        await api.call('GET', '/worlds/off/entities'),
        await api.call('GET', '/worlds/off/entities/rock'),
        await api.call('GET', '/worlds/off/entities/rock?asOf=4&physics=false'),
        await api.call('GET', '/worlds/off/entities/rock/components/Health'),
        await api.call('GET', '/worlds/off/relationships'),
        await api.call('POST', '/worlds/off/query', { query: 'Health' }),
      ]
      for (const { status } of answers) expect(status).toBe(200)
      return [...new Set(answers.map(({ headers }) => headers.get('x-orrery-degraded')))]
    }
    expect(await header()).toEqual(['chronicle'])
    expect((await api.call('GET', '/worlds/off')).body.degraded).toBe(true)

    await api.call('PATCH', '/worlds/off/settings', { chronicle: { project: true } })
    expect((await post('e2')).body).not.toHaveProperty('degraded')
    expect(await header()).toEqual([null])
    const fail = `UPDATE chronicle_progress SET failures = 1
      WHERE world_id = (SELECT world_id FROM worlds WHERE name = 'off')`
    await harness.admin.query(fail)
    expect(await header()).toEqual(['chronicle'])
    expect((await api.call('GET', '/api/chronicles/saga/events/e1?world=off')).body.degraded).toBe(true)
  })

  it('has the rules of Orrery where the world has none', async () => {
    await api.call('POST', '/worlds', { name: 'plain' })
    const { body } = await api.call('GET', '/api/chronicles/rules?world=plain')
    expect(body.isDefault).toBe(true)
    expect(body.rules.length).toBeGreaterThan(10)
  })

  it.each([
    ['PUT', 'rules', { rules: [{ action: 'a', effects: [{ do: 'fly' }] }] }, 'rules[0].effects[0].do'],
    ['POST', 'entities/merge', { from: 'a', into: 'a' }, 'into'],
    ['POST', 'entities/merge', { from: 'a' }, 'into'],
    ['POST', 'entities/split', { entityId: 'a', newEntityId: 'b', events: [] }, 'events'],
  ])('refuses %s %s %j', async (method, path, body, field) => {
    const answer = await api.call(method, `/api/chronicles/${path}?world=plain`, body)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  })

  it('merges and splits only who is there, was, or is told of', async () => {
    const tell = (id: string, actor: object) =>
      api.call('POST', '/api/chronicles/saga/events?world=who', told({ id, actors: [{ ...hero, ...actor }] }))
    await tell('e', { entityId: 'bo' })
    await api.call('PUT', '/worlds/who/entities/rock', { name: 'Rock' })
    const operate = (path: string, body: object) =>
      api.call('POST', `/api/chronicles/entities/${path}?world=who`, body)
    expect(await operate('merge', { from: 'nobody', into: 'bo' })).toMatchObject({
      ...{ status: 404, body: { errors: [{ field: 'from', message: expect.stringContaining("'nobody'") }] } },
    })
    expect(await operate('merge', { from: 'bo', into: 'nobody' })).toMatchObject({
      ...{ status: 404, body: { errors: [{ field: 'into' }] } },
    })
    const split = (entityId: string, eventId: string) =>
      operate('split', { entityId, newEntityId: 'new', events: [{ chronicleId: 'saga', eventId }] })
    expect(await split('nobody', 'e')).toMatchObject({
      status: 404,
      body: { errors: [{ field: 'entityId' }] },
    })
    expect(await split('bo', 'x')).toMatchObject({ status: 404, body: { errors: [{ field: 'events[0]' }] } })
    expect((await operate('merge', { from: 'bo', into: 'rock' })).status).toBe(200)
    expect((await operate('merge', { from: 'rock', into: 'bo' })).status).toBe(200)
    expect((await split('bo', 'e')).status).toBe(200)
  })

  it('of a world that is not there is not found', async () => {
    expect((await api.call('GET', '/api/chronicles/projection?world=nowhere')).status).toBe(404)
    const merge = { from: 'a', into: 'b' }
    expect((await api.call('POST', '/api/chronicles/entities/merge?world=nowhere', merge)).status).toBe(404)
    expect((await api.call('PUT', '/api/chronicles/rules?world=nowhere', { rules: [] })).status).toBe(404)
  })
})

describe('bells', () => {
  let queue: Queue
  let context: BellContext

  beforeAll(async () => {
    // one that no other reader has ever waited at
    queue = sqsQueue(client, await createQueue(client, 'bells'))
    context = { ...harness.context, queue }
  })

  const serveAll = async (): Promise<void> => {
    for (;;) {
      const messages = await queue.receive({ waitSeconds: 0 })
      if (messages.length === 0) return
      expect(await serveChronicleBells(context, messages)).toEqual([])
      await queue.acknowledge(messages)
    }
  }

  it('that were lost are made up for by a sweep, which also asks for comparisons', async () => {
    const world = await harness.makeWorld()
    await world.record([told({ id: 'e', actors: [hero] })])
    await ringChronicleSweep(queue)
    await serveAll()
    expect(await entitiesOf(world.name)).toEqual(['character:hero'])
    await ringChronicleSweep(queue)
    await serveAll()
    expect((await statusOf(world.name)).verified).toMatchObject({ differences: 0 })
  })

  it('of a sweep tell what others did to entities, where the world wants it, and never in a circle', async () => {
    const world = await harness.makeWorld()
    await world.write([{ kind: 'change-settings', settings: { chronicle: { publishEntityEvents: true } } }])
    await api.call(
      'POST',
      `/api/chronicles/saga/events?world=${world.name}`,
      told({ id: 'e', actors: [hero] }),
    )
    for (let sweep = 0; sweep < 3; sweep++) {
      await ringChronicleSweep(queue)
      await serveAll()
    }
    const events = async () =>
      (await api.call('GET', `/api/chronicles/system/events?world=${world.name}`)).body?.events ?? []
    expect(await events()).toEqual([])
    const rock = { name: 'Rock', classType: 'Thing', position: [0, 0, 0] as [number, number, number] }
    const shape = {
      rotation: [0, 0, 0, 1] as [number, number, number, number],
      scale: [1, 1, 1] as [number, number, number],
    }
    const entity = { id: 'rock', ...rock, ...shape, tags: [], parameters: {}, extra: {} }
    await world.write([
      { kind: 'put-entity', entity },
      { kind: 'delete-entity', entityId: 'rock' },
    ])
    for (let sweep = 0; sweep < 4; sweep++) {
      await ringChronicleSweep(queue)
      await serveAll()
    }
    expect(await events()).toMatchObject([
      { action: 'entity.created', source: 'SYSTEM', actors: [{ entityId: 'rock', name: 'Rock' }] },
      { action: 'entity.deleted', source: 'SYSTEM', actors: [{ entityId: 'rock', name: 'rock' }] },
    ])
    expect(await entitiesOf(world.name)).toEqual(['character:hero'])
  })

  it('tell of entities from the first one on, while another world is told of, and count what fails with its world', async () => {
    const [fine, failing] = [await harness.makeWorld(), await harness.makeWorld()]
    const rock = { id: 'rock', name: 'Rock', classType: 'Thing', tags: [], parameters: {}, extra: {} }
    const place = { position: [0, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 1, 1] }
    for (const world of [fine, failing])
      await world.write([
        { kind: 'put-entity', entity: { ...rock, ...place } as never },
        { kind: 'change-settings', settings: { chronicle: { publishEntityEvents: true } } },
      ])
    // nobody's own id in that chronicle, with another content
    await api.call('POST', `/api/chronicles/system/events?world=${failing.name}`, told({ id: 'seq-2' }))
    for (const { worldId } of [failing, fine]) await ringDoorbell(queue, { worldId })
    const messages = await queue.receive({ waitSeconds: 1 })
    const kept = await serveChronicleBells(context, messages)
    expect(kept.map(({ body }) => JSON.parse(body).worldId)).toEqual([failing.worldId])
    const events = await api.call('GET', `/api/chronicles/system/events?world=${fine.name}`)
    expect(events.body.events).toMatchObject([{ id: 'seq-2', action: 'entity.created' }])
    expect((await statusOf(fine.name)).published).toMatchObject({ failures: 0 })
    expect((await statusOf(failing.name)).published).toEqual({ seq: 0, failures: 1 })
    await queue.acknowledge(messages)
  })

  it('of a world that somebody else projects come again', async () => {
    const world = await harness.makeWorld()
    await world.record([told({ id: 'e', actors: [hero] })])
    const other = await harness.admin.connect()
    await other.query('BEGIN')
    await other.query(`SELECT pg_advisory_xact_lock(hashtextextended('orrery.chronicle/' || $1, 0))`, [
      world.worldId,
    ])
    await ringDoorbell(queue, { worldId: world.worldId })
    const messages = await queue.receive({ waitSeconds: 1 })
    expect(await serveChronicleBells(context, messages)).toEqual(messages)
    await other.query('ROLLBACK')
    other.release()
    await until('served', async () => {
      await serveAll()
      return (await entitiesOf(world.name)).length === 1
    })
  })
})
