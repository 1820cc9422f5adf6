import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyEvent } from '#physics/apply'
import { type Bodies, findBody, flag } from '#physics/bodies'
import { hydrateFromRows } from '#physics/hydrate-rows'
import { createPool, inTenantTransaction } from '#platform/postgres/pool'
import { consumeLog } from '#relay/consumer'
import { readEvents } from '#relay/read-events'
import type { Command } from '#world/commands'
import type { WorldEvent } from '#world/event'
import { listEntities } from '#world/read/entities'
import { readHierarchy } from '#world/read/hierarchy'
import { listRelationships } from '#world/read/relationships'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { emptySimulation, entity } from '../support/physics-events.ts'
import { command } from '../support/random-commands.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let api: TestApi
let pool: pg.Pool
let readers: pg.Pool
let physics: pg.Pool
let writer: WorldWriter

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
  pool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test-writer' },
  })
  readers = database.pool('orrery_app')
  physics = database.pool('orrery_physics')
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  writer = createWorldWriter({ pool, doorbell, now: () => new Date(), newId: uuidv7 })
})

afterAll(async () => {
  await pool?.end()
  await api?.stop()
  await database?.drop()
})

const write = async (world: string, ...commands: Command[]) =>
  writer.write({ tenantId: 'local', world, requestId: randomUUID(), commands })

const put = (id: string, x: number, parameters = {}): Command => ({
  kind: 'put-entity',
  entity: entity(id, [x, 0, 0], parameters),
})

const fork = (world: string, name: string, more: object = {}, headers: Record<string, string> = {}) =>
  api.call('POST', '/admin/fork', { world, name, ...more }, headers)

const get = async (path: string) => {
  const { status, body } = await api.call('GET', path)
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200)
  return body
}

const wholeWorld = (worldId: string, asOf: number | null) =>
  inTenantTransaction(readers, 'local', async (client) => ({
    entities: await listEntities(client, worldId, {}, asOf, '', 1_000),
    relationships: await listRelationships(
      ...([client, worldId, {}, asOf, { sourceId: '', targetId: '', type: '' }, 10_000] as const),
    ),
    parents: (await readHierarchy(client, worldId, asOf)).parents,
  }))

const rowOf = async (worldId: string) => {
  const text = `
    SELECT w.*, (SELECT count(*) FROM entities e WHERE e.world_id = w.world_id AND activity > 0) AS active,
      (SELECT count(*) FROM entity_physics_state s WHERE s.world_id = w.world_id) AS bodies
    FROM worlds w WHERE world_id = $1`
  return (await database.pool('orrery_migrate').query(text, [worldId])).rows[0]
}

/** Bodies as plain values, by id. */
const bodiesOf = ({ x, y, z, mass, activity, jitter, flags }: Bodies, at: number) => ({
  ...{ x: x[at], y: y[at], z: z[at], mass: mass[at], activity: activity[at], jitter: jitter[at] },
  anchored: (flags[at]! & flag.anchored) !== 0,
})

const settings = fc
  .record({ defaultActivity: fc.constantFrom(0, 0.5), everyUpdates: fc.constantFrom(0, 7) })
  .map(
    ({ defaultActivity, everyUpdates }): Command => ({
      kind: 'change-settings',
      settings: { physics: { defaultActivity }, snapshots: { everyUpdates } },
    }),
  )

describe('a fork has the state that its parent had', () => {
  it('at any seq of random histories, of forks too', { timeout: 120_000 }, async () => {
    const step = fc.oneof({ weight: 12, arbitrary: command }, { weight: 1, arbitrary: settings })
    const histories = fc.array(step, { minLength: 5, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(histories, histories, fc.nat(), fc.nat(), async (before, after, first, second) => {
        const [root, child, grandchild] = [randomUUID(), randomUUID(), randomUUID()]
        await write(root, { kind: 'change-settings', settings: { physics: { gravity: 3 } } })
        for (const one of before) await write(root, one)
        const head = (await get(`/worlds/${root}`)).seq
        const atSeq = 1 + (first % head)
        expect((await fork(root, child, { atSeq })).status).toBe(200)
        await expectSame(root, child, atSeq)

        // both go on, and neither sees the other
        for (const [index, one] of after.entries()) await write(index % 2 === 0 ? child : root, one)
        const childHead = (await get(`/worlds/${child}`)).seq
        const next = 1 + (second % childHead)
        expect((await fork(child, grandchild, { atSeq: next })).status).toBe(200)
        await expectSame(child, grandchild, next)
      }),
      { numRuns: 12, seed: 11 },
    )
  })

  const expectSame = async (parent: string, name: string, atSeq: number) => {
    const [source, made] = [await get(`/worlds/${parent}`), await get(`/worlds/${name}`)]
    expect(made.seq).toBe(atSeq + 1)
    const isInherited = source.parent !== null && atSeq <= source.parent.seq
    const holder = isInherited ? source.parent.worldId : source.worldId
    expect(made.parent).toMatchObject({ worldId: holder, seq: atSeq, tick: null })
    const then = await wholeWorld(holder, atSeq)
    expect(await wholeWorld(made.worldId, null)).toEqual(then)
    expect(await wholeWorld(made.worldId, atSeq + 1)).toEqual(then)
    for (const part of ['entities', 'relationships'])
      expect((await get(`/worlds/${name}/${part}?asOf=${atSeq}&limit=1000`))[part]).toEqual(
        (await get(`/worlds/${parent}/${part}?asOf=${atSeq}&limit=1000`))[part],
      )
    const log = await logOf(holder, atSeq)
    expect(await logOf(made.worldId, atSeq)).toEqual(log)

    const simulation = emptySimulation()
    for (const event of log) applyEvent(simulation, event)
    expect(made.settings).toEqual(simulation.settings)
    const row = await rowOf(made.worldId)
    expect(row).toMatchObject({
      ...{ entity_count: then.entities.length, relationship_count: then.relationships.length },
      ...{ active_bodies: simulation.bodies.active, active: simulation.bodies.active },
      ...{ bodies: then.entities.length, first_body_change_seq: null, fork_seq: atSeq },
    })
    const { bodies, tick, seq } = await hydrateFromRows(
      physics,
      { worldId: made.worldId, tenantId: 'local' },
      undefined,
    )
    expect({ tick, seq, count: bodies.count }).toEqual({
      tick: 0,
      seq: atSeq + 1,
      count: then.entities.length,
    })
    for (const { id } of then.entities)
      expect([id, bodiesOf(bodies, findBody(bodies, id))]).toEqual([
        ...[id, bodiesOf(simulation.bodies, findBody(simulation.bodies, id))],
      ])
  }

  const logOf = async (worldId: string, toSeq: number): Promise<WorldEvent[]> => {
    const events: WorldEvent[] = []
    while (events.length < toSeq)
      events.push(...(await readEvents(physics, worldId, events.length, toSeq - events.length)))
    return events
  }

  it('where defaults changed after bodies had taken theirs', async () => {
    const defaults = (physics: object): Command => ({
      kind: 'change-settings',
      settings: { physics } as never,
    })
    await write(
      'defaults',
      defaults({ defaultMass: 2, defaultJitter: 0.25, defaultActivity: 1 }),
      put('old', 1),
    )
    await write(
      'defaults',
      defaults({ defaultMass: 5, defaultJitter: 0.5, defaultActivity: 0 }),
      put('new', 2),
    )
    await write('defaults', { kind: 'set-parameter', entityId: 'old', name: 'mass', value: 'not a number' })
    await fork('defaults', 'defaults-2')
    await write('defaults-2', defaults({ defaultMass: 7 }))
    await fork('defaults-2', 'defaults-3')
    for (const name of ['defaults', 'defaults-2', 'defaults-3']) {
      const { worldId } = await get(`/worlds/${name}`)
      const { bodies } = await hydrateFromRows(physics, { worldId, tenantId: 'local' }, undefined)
      const at = (id: string) => bodiesOf(bodies, findBody(bodies, id))
      expect([name, at('old')]).toMatchObject([name, { mass: 5, jitter: 0.25, activity: 1 }])
      expect([name, at('new')]).toMatchObject([name, { mass: 5, jitter: 0.5, activity: 0 }])
    }
  })
})

describe('what came before a fork is read from its parent', () => {
  it('entities, relationships, hierarchy and snapshots, and not what the parent did since', async () => {
    await write('before', put('a', 1), put('b', 2))
    await write('before', { kind: 'take-snapshot' })
    await write('before', { kind: 'delete-entity', entityId: 'a' })
    const relationship = {
      sourceId: 'b',
      targetId: 'c',
      type: 'hierarchy',
      strength: 1,
      label: null,
      data: {},
    }
    await write('before', put('c', 3), { kind: 'put-relationship', relationship })
    const { seq: forkSeq } = await get('/worlds/before')
    await fork('before', 'after')
    await write('before', put('later', 9), { kind: 'take-snapshot' })
    await write('after', { kind: 'delete-relationship', relationship }, { kind: 'take-snapshot' })

    const ids = async (world: string, asOf: number) =>
      (await get(`/worlds/${world}/entities?asOf=${asOf}`)).entities.map(({ id }: { id: string }) => id)
    expect(await ids('after', 3)).toEqual(['a', 'b'])
    expect(await ids('after', forkSeq)).toEqual(['b', 'c'])
    expect(await ids('after', forkSeq + 1)).toEqual(['b', 'c'])
    expect((await get('/worlds/after/entities/a?asOf=2')).position).toEqual([1, 0, 0])
    expect((await api.call('GET', `/worlds/after/entities/a?asOf=${forkSeq}`)).status).toBe(404)
    expect((await get(`/worlds/after/relationships?asOf=${forkSeq}`)).relationships).toHaveLength(1)
    expect((await get(`/worlds/after/hierarchy?asOf=${forkSeq}`)).parents).toEqual({ c: 'b' })
    expect((await get('/worlds/after/hierarchy')).parents).toEqual({})
    expect((await api.call('GET', `/worlds/after/entities?asOf=${forkSeq + 9}`)).status).toBe(400)

    const snapshots = await get('/eustress/ingest/snapshots/after')
    expect(snapshots.map(({ seq }: { seq: number }) => seq)).toEqual([forkSeq + 2, 3])
    const [own, inherited] = snapshots
    expect(inherited.entities.map(({ id }: { id: string }) => id)).toEqual(['a', 'b'])
    expect(await get(`/eustress/ingest/snapshots/after/${inherited.id}`)).toEqual(inherited)
    expect((await api.call('GET', `/eustress/ingest/snapshots/before/${own.id}`)).status).toBe(404)
    const metadata = encodeURIComponent('{"entity_count":2,"hierarchy_depth":0}')
    expect(await get(`/eustress/ingest/snapshots/after?view=summary&metadata=${metadata}`)).toMatchObject([
      { seq: forkSeq + 2 },
      { seq: 3 },
    ])
  })

  it('consumers begin with the fork’s own log, and can go back into its parent’s', async () => {
    await write('consumed', put('a', 1), put('b', 2), put('c', 3))
    await fork('consumed', 'consumed-2', { atSeq: 3 })
    const { worldId } = await get('/worlds/consumed-2')
    const seen: [number, string][] = []
    const consumer = {
      name: 'fork-test',
      apply: async (_: unknown, __: unknown, events: WorldEvent[]) => {
        seen.push(...events.map(({ seq, type }): [number, string] => [seq, type]))
      },
    }
    const context = { pool: database.pool('orrery_background'), consumer }
    await consumeLog(context, worldId)
    expect(seen).toEqual([[4, 'world.forked.v1']])
    await context.pool.query('UPDATE consumer_cursors SET seq = 0 WHERE world_id = $1', [worldId])
    await consumeLog(context, worldId)
    expect(seen.slice(1).map(([seq]) => seq)).toEqual([1, 2, 3, 4])
  })
})

describe('forking', () => {
  it('moments lead from the beginning of the parent to the end of the fork', async () => {
    const [root, child] = [randomUUID(), randomUUID()]
    for (let n = 0; n < 6; n++) await write(root, put(`e${n}`, n))
    expect((await fork(root, child, { atSeq: 3 })).status).toBe(200)
    for (let n = 0; n < 3; n++) await write(child, put(`f${n}`, n))
    const head = (await get(`/worlds/${child}`)).seq
    const { seq, moments } = await get(`/worlds/${child}/moments?points=1000`)
    expect(seq).toBe(head)
    const seqs = moments.map((moment: { seq: number }) => moment.seq)
    expect(seqs).toEqual(Array.from({ length: head }, (_, n) => n + 1))
    const times = moments.map(({ at }: { at: string }) => at)
    expect(times).toEqual([...times].sort())
    expect((await get(`/worlds/${child}/moments?points=2`)).moments).toEqual([moments[0], moments.at(-1)])
    const parent = (await get(`/worlds/${root}/moments?points=1000`)).moments
    expect(moments.slice(0, 3)).toEqual(parent.slice(0, 3))
  })

  it('takes effect once, and is audited', async () => {
    await write('once', put('a', 1))
    const first = await fork('once', 'twice', {}, { 'x-request-id': 'fork-1' })
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'applied', world: { name: 'twice', seq: 3 } },
    })
    const again = await fork('once', 'twice', {}, { 'x-request-id': 'fork-1' })
    expect(again).toEqual({ ...first, headers: expect.anything() })
    const other = await fork('once', 'twice', {}, { 'x-request-id': 'fork-2' })
    expect(other).toMatchObject({ status: 409, body: { title: 'Name taken', errors: [{ field: 'name' }] } })
    expect(await get('/requests/fork-1?world=twice')).toMatchObject({ status: 'applied', seq: 3 })
    const { entries } = await get('/audit?world=twice')
    expect(
      entries.map(({ action, outcome }: Record<string, unknown>) => ({ action, outcome })),
    ).toMatchObject([
      { action: 'forkWorld', outcome: { status: 'refused', code: 'world-exists' } },
      { action: 'forkWorld', outcome: { status: 'applied', seq: 3 } },
    ])
    expect((await get('/worlds/once')).seq).toBe(2)
  })

  it('two at once of one request make one world', async () => {
    await write('race', put('a', 1))
    const answers = await Promise.all(
      ['same', 'same', 'other'].map((id) => fork('race', 'race-2', {}, { 'x-request-id': id })),
    )
    const statuses = answers.map(({ status }) => status)
    expect([
      [200, 200, 409],
      [409, 409, 200],
    ]).toContainEqual(statuses)
    expect(
      (await get('/worlds')).worlds.filter(({ name }: { name: string }) => name === 'race-2'),
    ).toHaveLength(1)
  })

  it('does not keep the parent’s writers waiting', async () => {
    await write('busy', put('a', 1))
    const { worldId } = await get('/worlds/busy')
    const blocker = await database.pool('orrery_migrate').connect()
    try {
      // the fork comes to the rows of components, and stands
      await blocker.query('BEGIN; LOCK TABLE components IN SHARE ROW EXCLUSIVE MODE')
      const forking = fork('busy', 'busy-2', {}, { 'x-request-id': 'long' })
      const text = `SELECT FROM pg_locks WHERE relation = 'components'::regclass AND NOT granted`
      await until('the fork waits', async () => (await readers.query(text)).rowCount! > 0)
      expect(await get('/requests/long?world=busy-2')).toMatchObject({ status: 'running' })
      expect((await api.call('GET', '/requests/other?world=busy-2')).status).toBe(404)
      expect(await write('busy', put('b', 2))).toMatchObject({ status: 'applied', worldId, seq: 3 })
      await blocker.query('COMMIT')
      expect(await forking).toMatchObject({ status: 200, body: { world: { entityCount: 1 } } })
      expect(await get('/requests/long?world=busy-2')).toMatchObject({ status: 'applied', seq: 3 })
    } finally {
      blocker.release()
    }
  })

  it.each([
    [{ world: 'nowhere', name: 'n' }, 404, 'world'],
    [{ world: 'once', name: 'n', atSeq: 99 }, 400, 'atSeq'],
    [{ world: 'once', name: 'n', commitId: '01890000-0000-7000-8000-000000000001' }, 404, 'commitId'],
    [{ world: 'once', name: 'once' }, 409, 'name'],
  ])('%j is refused', async (body, status, field) => {
    const answer = await api.call('POST', '/admin/fork', body)
    expect(answer).toMatchObject({ status, body: { errors: [{ field }] } })
    if (body.name === 'n') expect((await api.call('GET', '/worlds/n')).status).toBe(404)
  })
})
