import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '#platform/postgres/pool'
import type { Command } from '#world/commands'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { entity } from '../support/physics-events.ts'
import { command } from '../support/random-commands.ts'

let database: TestDatabase
let api: TestApi
let pool: ReturnType<typeof createPool>
let writer: WorldWriter

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
  pool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test-writer' },
  })
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  writer = createWorldWriter({ pool, doorbell, now: () => new Date(), newId: uuidv7 })
})

afterAll(async () => {
  await pool?.end()
  await api?.stop()
  await database?.drop()
})

const write = (world: string, ...commands: Command[]) =>
  writer.write({ tenantId: 'local', world, requestId: randomUUID(), commands })

const put = (id: string, x: number, parameters = {}): Command => ({
  kind: 'put-entity',
  entity: entity(id, [x, 0, 0], parameters),
})

const relate = (sourceId: string, targetId: string, strength = 1, type = 'near'): Command => ({
  kind: 'put-relationship',
  relationship: { sourceId, targetId, type, strength, label: null, data: {} },
})

const remove = (entityId: string): Command => ({ kind: 'delete-entity', entityId })

const fork = async (world: string, name: string, more: object = {}) => {
  const { status, body } = await api.call('POST', '/admin/fork', { world, name, ...more })
  expect(status, JSON.stringify(body)).toBe(200)
}

const promote = (world: string, into: string, more: object = {}): Promise<Answer> =>
  api.call('POST', `/worlds/${world}/promote`, { into, ...more })

const get = async (path: string): Promise<Answer['body']> => (await api.call('GET', path)).body

const differences = async (a: string, b: string) => {
  const { summary, entities } = await get(`/worlds/${a}/diff/${b}?limit=1000`)
  return { summary, entities }
}

const none = { created: 0, deleted: 0, changed: 0 }
const alike = { summary: { entities: none, relationships: none }, entities: [] }

describe('a fork is promoted', () => {
  it('as ordinary events of the parent, in one transaction, and audited', async () => {
    await write(
      'p',
      put('gone', 1),
      put('kept', 2),
      put('child', 3, { mass: 1 }),
      relate('kept', 'child', 1, 'hierarchy'),
    )
    await fork('p', 'f')
    await write('f', remove('gone'), put('new', 9), put('child', 3, { mass: 5 }), relate('new', 'kept', 4))
    await write('f', {
      kind: 'delete-relationship',
      relationship: { sourceId: 'kept', targetId: 'child', type: 'hierarchy' },
    })
    await write('f', relate('new', 'child', 1, 'hierarchy'))
    await write('f', { kind: 'change-settings', settings: { physics: { gravity: 7 } } })
    const planned = await promote('f', 'p', { dryRun: true })
    const expected = {
      entities: { created: 1, changed: 1, deleted: 1 },
      relationships: { created: 2, changed: 0, deleted: 1 },
      ...{ conflictCount: 0, leftBehind: { settings: 1, chronicleEvents: 0 } },
    }
    expect(planned).toMatchObject({ status: 200, body: { status: 'planned', ...expected } })
    expect(await differences('p', 'f')).not.toEqual(alike)
    const done = await promote('f', 'p', { expectSeq: planned.body.seq })
    expect(done).toMatchObject({ status: 200, body: { status: 'applied', events: 6, ...expected } })
    expect(await differences('p', 'f')).toEqual(alike)
    expect((await get('/worlds/p')).settings.physics.gravity).toBe(1)
    const { entries } = await get('/audit?world=p')
    expect(entries[0]).toMatchObject({ action: 'promoteFork', outcome: { status: 'applied', events: 6 } })
    const { entries: history } = await get('/worlds/p/entities/child/history?field=parameters.mass')
    expect(history[0]).toMatchObject({
      changes: [{ oldValue: 1, newValue: 5 }],
      cause: { requestId: done.body.requestId },
    })
    expect((await promote('f', 'p')).body).toMatchObject({ status: 'applied', events: 0 })
  })

  it('with the component types and components that it has', async () => {
    await write('tp', put('a', 1))
    await fork('tp', 'tf')
    expect(
      (await api.call('POST', '/worlds/tf/component-types', { type: 'Mana', schema: { type: 'object' } }))
        .status,
    ).toBe(200)
    await api.call('PUT', '/worlds/tf/entities/a/components/Mana', { left: 3 })
    await api.call('PUT', '/worlds/tf/entities/a/components/Health', { current: 3 })
    expect(await promote('tf', 'tp')).toMatchObject({ status: 200, body: { componentTypes: 1, events: 2 } })
    expect((await get('/worlds/tp/entities/a')).components).toEqual({
      Mana: { left: 3 },
      Health: { current: 3 },
    })
  })

  it('makes the parent what the fork is, whatever happened there, where nothing happened in the parent', async () => {
    const commands = fc.array(command, { minLength: 3, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(commands, commands, async (before, after) => {
        const [parent, child] = [randomUUID(), randomUUID()]
        await write(parent, put('first', 1))
        for (const one of before) await write(parent, one)
        await fork(parent, child)
        for (const one of after) await write(child, one)
        const answer = await promote(child, parent)
        expect([answer.status, answer.body.detail]).toEqual([200, undefined])
        expect(await differences(parent, child)).toEqual(alike)
      }),
      { numRuns: 6, seed: 11 },
    )
  })
})

describe('what both changed', () => {
  const meet = async (name: string) => {
    const [parent, child] = [name, `${name}-fork`]
    await write(
      parent,
      put('both', 1, { a: 1, b: 1 }),
      put('apart', 1, { a: 1, b: 1 }),
      put('dead', 1),
      put('mine', 1),
    )
    await fork(parent, child)
    await write(
      child,
      put('both', 1, { a: 2, b: 1 }),
      put('apart', 1, { a: 2, b: 1 }),
      put('dead', 2),
      put('mine', 7),
    )
    await write(
      parent,
      put('both', 1, { a: 3, b: 3 }),
      put('apart', 1, { a: 1, b: 3 }),
      remove('dead'),
      put('other', 1),
    )
    return { parent, child }
  }
  const of = async (world: string) =>
    Object.fromEntries(
      (await get(`/worlds/${world}/entities`)).entities.map((one: Answer['body']) => [
        one.id,
        one.parameters,
      ]),
    )

  it('is refused, with each of them and its fields, and nothing is written', async () => {
    const { parent, child } = await meet('refused')
    const before = await get(`/worlds/${parent}`)
    const answer = await promote(child, parent)
    expect(answer).toMatchObject({
      status: 409,
      body: { conflictCount: 3, title: 'Conflict with what there is' },
    })
    expect(answer.body.conflicts).toMatchObject([
      {
        name: 'apart',
        inFork: { fields: ['parameters.a'] },
        inParent: { fields: ['parameters.b'] },
        bothFields: [],
      },
      { name: 'both', bothFields: ['parameters.a'] },
      { name: 'dead', inFork: { kind: 'changed' }, inParent: { kind: 'deleted' } },
    ])
    expect(await get(`/worlds/${parent}`)).toEqual(before)
    expect((await promote(child, parent, { strategy: 'merge' })).body.conflicts).toHaveLength(2)
    const [latest] = (await get(`/audit?world=${parent}`)).entries
    expect(latest).toMatchObject({ action: 'promoteFork', outcome: { status: 'refused', code: 'conflicts' } })
  })

  it('is as the strategy says', async () => {
    const forkWins = await meet('fork-wins')
    expect(await promote(forkWins.child, forkWins.parent, { strategy: 'fork' })).toMatchObject({
      ...{ status: 200, body: { conflictCount: 3, entities: { created: 1, changed: 3, deleted: 0 } } },
    })
    expect(await of(forkWins.parent)).toEqual({
      ...{ both: { a: 2, b: 3 }, apart: { a: 2, b: 3 }, dead: {}, mine: {}, other: {} },
    })
    const parentWins = await meet('parent-wins')
    expect((await promote(parentWins.child, parentWins.parent, { strategy: 'parent' })).status).toBe(200)
    expect(await of(parentWins.parent)).toEqual({
      both: { a: 3, b: 3 },
      apart: { a: 1, b: 3 },
      mine: {},
      other: {},
    })
    expect((await get(`/worlds/${parentWins.parent}/entities/mine`)).position[0]).toBe(7)
  })
})

describe('is refused', () => {
  it('where it names no parent of it, another seq, or something that is not there', async () => {
    await write('x', put('a', 1))
    await fork('x', 'x1')
    await write('y', put('a', 1))
    const cases: [Promise<Answer>, number, string | undefined][] = [
      [promote('x1', 'y'), 400, 'into'],
      [promote('x', 'y'), 400, 'into'],
      [promote('x1', 'nowhere'), 404, undefined],
      [promote('nowhere', 'x'), 404, undefined],
      [promote('x1', 'x', { expectSeq: 99 }), 412, 'expectSeq'],
      [promote('x1', 'x', { strategy: 'hope' }), 400, 'strategy'],
      [promote('x1', 'x', { surplus: 1 }), 400, 'surplus'],
      [api.call('POST', '/worlds/x1/promote', {}), 400, 'into'],
    ]
    for (const [asked, status, field] of cases) {
      const { status: answered, body } = await asked
      expect([answered, body.errors?.[0].field]).toEqual([status, field])
    }
  })

  it('where the parent is written to between plan and promotion', async () => {
    await write('race', put('a', 1))
    await fork('race', 'race-fork')
    await write('race-fork', put('a', 2))
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => promote('race-fork', 'race')),
      ...Array.from({ length: 5 }, (_, n) => write('race', put('b', n))),
    ])
    const statuses = answers.slice(0, 5).map((answer) => (answer as Answer).status)
    expect(statuses.every((status) => [200, 412].includes(status))).toBe(true)
    expect((await get('/worlds/race/entities/a/history')).entries).toHaveLength(2)
  })
})
