import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EngineContext } from '#ledger/engine'
import { ledgerSettings } from '#ledger/settings'
import { ringShards } from '#ledger/shard-bell'
import type { EntityTick } from '#ledger/tick-rows'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { type LocalQueues, startQueues } from '../../scripts/local/queues.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { bringTicks, engineContext, serveBells } from '../support/ledger.ts'

let database: TestDatabase
let admin: pg.Client
let queues: LocalQueues
let queue: Queue
let objects: ObjectStore
let api: TestApi
let engine: EngineContext
const cleanUp: (() => unknown)[] = []
const faults: string[] = []

const settings = ledgerSettings.parse({
  layers: [
    { name: 'atomic', cell: 0 },
    { name: 'planetary', cell: 6 },
  ],
})

beforeAll(async () => {
  ;[database, queues] = await Promise.all([createTestDatabase(), startQueues()])
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  const folder = mkdtempSync(join(tmpdir(), 'orrery-objects-'))
  const client = createSqsClient(queues)
  queue = sqsQueue(client, queues.urls.ledger)
  objects = filesystemObjectStore(folder)
  cleanUp.push(
    () => client.destroy(),
    () => rmSync(folder, { recursive: true, force: true }),
  )
  api = await startTestApi(database.url('orrery_app'), {
    ledger: { queue, objects },
    reportFault: (_, requestId) => faults.push(requestId),
  })
  engine = engineContext(database.pool('orrery_background'), objects, queue)
})

afterAll(async () => {
  await api?.stop()
  await admin?.end()
  await queues?.stop()
  for (const clean of cleanUp) clean()
  await database?.drop()
})

let world: string
let worldId: string
let worlds = 0

beforeEach(async () => {
  world = `w${++worlds}`
  await api.call('POST', '/worlds', { name: world, settings: { ledger: { ...settings } } })
  worldId = (await api.call('GET', `/worlds/${world}`)).body.worldId
})

const ticksOf = (from: number, to: number): EntityTick[] =>
  Array.from({ length: to - from + 1 }, (_, at) =>
    ['a', 'b'].map((entityId, x) => tick(entityId, from + at, x)),
  ).flat()

const tick = (entityId: string, tickId: number, x: number): EntityTick => ({
  ...{ entityId, tickId, x: x === 0 ? -5 : 7_000, y: 0.5, z: 0.5, activity: 0.5, jitter: 0 },
})

const bring = async (from: number, to: number) => {
  const key = { worldId, tenantId: 'local' }
  const works = await bringTicks(database.pool('orrery_physics'), objects, key, settings, ticksOf(from, to))
  await ringShards(queue, works, `ticks ${from}`)
}

const status = async () => (await api.call('GET', `/ledger/status?world=${world}`)).body

const audited = async () =>
  (await api.call('GET', `/audit?world=${world}`)).body.entries.map(
    ({ action, outcome }: { action: string; outcome: { status: string } }) => [action, outcome],
  )

describe('GET /ledger/status', () => {
  it('of a world without ticks has the layers of its settings', async () => {
    const shards = { count: 0, open: 0, behind: 0 }
    const layer = { source: null, closedTo: 0, manifest: 0, hash: '0'.repeat(64), paused: false, shards }
    expect(await status()).toEqual({
      stream: null,
      ticks: { segments: 0, bytes: 0, ticks: 0, fromTick: null, toTick: null },
      layers: [
        { layer: 'atomic', ...layer },
        { layer: 'planetary', ...layer },
      ],
    })
  })

  it('tells what waits, and what is due', async () => {
    await bring(1, 120)
    const before = await status()
    expect(before).toMatchObject({
      stream: { layer: 'atomic', segment: 1, watermark: 120 },
      ticks: { segments: 1, ticks: 240, fromTick: 1, toTick: 120 },
    })
    await serveBells(engine)
    const after = await status()
    expect(after.layers).toMatchObject([
      { layer: 'atomic', source: null, closedTo: 99, manifest: 1, shards: { count: 2, open: 2, behind: 0 } },
      { layer: 'planetary', source: 'atomic', closedTo: 99, shards: { count: 2, open: 0, behind: 0 } },
    ])
    await bring(121, 220)
    expect((await status()).layers[0].shards).toEqual({ count: 2, open: 2, behind: 2 })
  })
})

describe('PATCH /worlds/{w}/settings', () => {
  const patch = (layers: object[]) => api.call('PATCH', `/worlds/${world}/settings`, { ledger: { layers } })
  const [atomic, planetary] = [
    { name: 'atomic', cell: 0 },
    { name: 'planetary', cell: 6 },
  ]

  it('takes no layer out that has begun, and puts none below the one that takes the ticks', async () => {
    expect((await patch([planetary])).status).toBe(200)
    const key = { worldId, tenantId: 'local' }
    const above = ledgerSettings.parse({ layers: [planetary] })
    const works = await bringTicks(database.pool('orrery_physics'), objects, key, above, ticksOf(1, 220))
    await ringShards(queue, works, 'ticks')
    await serveBells(engine)
    for (const [layers, word] of [
      [[atomic], 'planetary'],
      [[atomic, planetary], 'must begin with planetary'],
    ] as const) {
      const answer = await patch([...layers])
      expect(answer).toMatchObject({ status: 409, body: { errors: [{ field: 'settings.ledger.layers' }] } })
      expect(answer.body.detail).toContain(word)
    }
    expect((await audited())[0]).toMatchObject([
      'changeSettings',
      { status: 'refused', code: 'layers-begun' },
    ])
    expect((await patch([planetary, { name: 'solar', cell: 12 }])).status).toBe(200)
    const [first] = (await status()).layers
    expect(first).toMatchObject({ layer: 'planetary', source: null, closedTo: 199 })
  })
})

describe('POST /commit/force', () => {
  const force = (headers?: Record<string, string>) =>
    api.call('POST', `/commit/force?world=${world}`, {}, headers)

  it('ends all open spans with the last tick that is known, and the engines commit them', async () => {
    await bring(1, 42)
    await serveBells(engine)
    expect((await api.call('GET', `/commits?world=${world}`)).body.commits).toEqual([])
    expect(await force({ 'x-request-id': 'now' })).toMatchObject({ status: 200, body: { cutAt: 42 } })
    await serveBells(engine)
    for (const layer of ['atomic', 'planetary']) {
      const { body } = await api.call('GET', `/commits?world=${world}&layer=${layer}`)
      const span = { epochEnd: 42, windowEnd: 42, number: 1 }
      expect(body.commits).toMatchObject([span, span])
    }
    expect((await status()).layers).toMatchObject([{ closedTo: 42 }, { closedTo: 42 }])
    const { rows } = await admin.query(
      'SELECT from_tick::int, cause FROM ledger_cuts WHERE world_id = $1 ORDER BY 1 DESC LIMIT 1',
      [worldId],
    )
    expect(rows).toEqual([
      { from_tick: 43, cause: { requestId: 'now', traceparent: expect.stringMatching(/^00-/) } },
    ])
    expect(await audited()).toContainEqual(['forceCommit', { status: 'applied', cutAt: 42 }])
  })

  it('changes nothing when it is asked again before there are more ticks', async () => {
    await bring(1, 7)
    await force()
    await serveBells(engine)
    expect(await force()).toMatchObject({ status: 200, body: { cutAt: 7 } })
    await serveBells(engine)
    expect((await api.call('GET', `/commits?world=${world}`)).body.commits).toHaveLength(2)
    await bring(8, 9)
    expect((await force()).body).toEqual({ cutAt: 9 })
  })

  it('is 409 in a world without ticks, and that is audited', async () => {
    expect(await force()).toMatchObject({ status: 409, body: { title: 'No ticks yet' } })
    const { rows } = await admin.query('SELECT FROM tick_streams WHERE world_id = $1', [worldId])
    expect(rows).toEqual([])
    expect((await audited())[0]).toEqual([
      'forceCommit',
      expect.objectContaining({ status: 'refused', code: 'no-ticks' }),
    ])
  })

  it('is not done where it cannot be audited', async () => {
    await bring(1, 7)
    await admin.query(`ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (request_id <> 'unlucky')`)
    try {
      expect((await force({ 'x-request-id': 'unlucky' })).status).toBe(500)
      expect(faults).toEqual(['unlucky'])
    } finally {
      await admin.query('ALTER TABLE audit_log DROP CONSTRAINT full_disk')
    }
    const { rows } = await admin.query('SELECT from_tick::int FROM ledger_cuts WHERE world_id = $1', [
      worldId,
    ])
    expect(rows).toEqual([{ from_tick: 1 }])
  })
})

describe('a layer', () => {
  const set = (action: string, layer: string) =>
    api.call('POST', `/admin/ledger/${action}?world=${world}&layer=${layer}`)

  it('waits while it is paused, and goes on when it is resumed', async () => {
    await bring(1, 250)
    expect(await set('pause', 'atomic')).toMatchObject({
      status: 200,
      body: { layer: 'atomic', paused: true },
    })
    await serveBells(engine)
    expect((await status()).layers[0]).toMatchObject({ paused: true, closedTo: 0, shards: { behind: 2 } })
    expect((await set('resume', 'atomic')).body).toEqual({ layer: 'atomic', paused: false })
    await serveBells(engine)
    expect((await status()).layers).toMatchObject([
      { paused: false, closedTo: 199, shards: { behind: 0 } },
      { layer: 'planetary', closedTo: 199 },
    ])
    expect((await audited()).slice(0, 2)).toEqual([
      ['resumeLedger', { status: 'applied', layer: 'atomic' }],
      ['pauseLedger', { status: 'applied', layer: 'atomic' }],
    ])
  })

  it('of another kind does not stop those below it', async () => {
    await bring(1, 120)
    await set('pause', 'planetary')
    await serveBells(engine)
    expect((await status()).layers).toMatchObject([{ closedTo: 99 }, { closedTo: 0, paused: true }])
  })

  it('that the ledger has not begun, or never has, is 409', async () => {
    expect((await set('pause', 'atomic')).status).toBe(409)
    await bring(1, 3)
    expect((await set('pause', 'solar')).status).toBe(409)
    expect((await audited())[0]).toEqual(['pauseLedger', expect.objectContaining({ code: 'no-such-layer' })])
  })
})
