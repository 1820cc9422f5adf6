import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let api: TestApi
let rows: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
  rows = database.pool('orrery_background')
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
})

const put = (world: string, id: string, fields: object = {}) =>
  api.call('PUT', `/worlds/${world}/entities/${id}`, fields)
const entity = async (world: string, id: string, asOf?: number) =>
  (await api.call('GET', `/worlds/${world}/entities/${id}${asOf === undefined ? '' : `?asOf=${asOf}`}`)).body
const set = (world: string, id: string, type: string, data: object) =>
  api.call('PUT', `/worlds/${world}/entities/${id}/components/${type}`, data)
const operations = (world: string, ...list: object[]) =>
  api.call('POST', `/worlds/${world}/components`, { operations: list })
const register = (world: string, definition: object) =>
  api.call('POST', `/worlds/${world}/component-types`, definition)

const stamina = {
  type: 'Stamina',
  schema: {
    type: 'object',
    properties: { points: { type: 'number', minimum: 0 }, kind: { enum: ['run', 'swim'] } },
    required: ['points'],
    additionalProperties: false,
  },
  hot: { number: 'points' },
}

describe('components of an entity', () => {
  it('are set, merged and removed; each is in the history, and the archetype tells which there are', async () => {
    await put('lives', 'ann', { position: [1, 2, 3], components: { Health: { current: 80, max: 100 } } })
    const first = await entity('lives', 'ann')
    expect(first).toMatchObject({ archetype: 'Health', components: { Health: { current: 80, max: 100 } } })
    const items = [{ name: 'sword', quantity: 1 }]
    expect((await set('lives', 'ann', 'Inventory', { items })).body).toMatchObject({ events: 1 })
    expect((await set('lives', 'ann', 'Inventory', { items })).body).toMatchObject({ events: 0 })
    const merged = await api.call('PATCH', '/worlds/lives/entities/ann/components/Health', {
      current: 12,
      max: null,
    })
    expect(merged.body).toMatchObject({ status: 'applied', events: 1 })
    const now = await entity('lives', 'ann')
    expect(now).toMatchObject({
      archetype: 'Health+Inventory',
      components: { Health: { current: 12 }, Inventory: { items } },
    })
    const removed = await api.call('DELETE', '/worlds/lives/entities/ann/components/Health')
    expect(removed.body).toMatchObject({ events: 1 })
    expect((await entity('lives', 'ann')).components).toEqual({ Inventory: { items } })
    expect((await entity('lives', 'ann', now.seq)).components).toEqual(now.components)
    expect((await entity('lives', 'ann', first.seq)).components).toEqual(first.components)
    const one = await api.call('GET', '/worlds/lives/entities/ann/components/Inventory')
    expect(one.body).toEqual({ type: 'Inventory', data: { items } })
    expect((await api.call('GET', '/worlds/lives/entities/ann/components/Health')).status).toBe(404)
  })

  it('stay where an engine writes the entity without them, and are replaced where they are given', async () => {
    await put('engine', 'e', { components: { Health: { current: 1 } } })
    const engineEntity = { id: 'e', position: [4, 5, 6] }
    await api.call('POST', '/eustress/ingest/entity', { space_name: 'engine', entity: engineEntity })
    expect(await entity('engine', 'e')).toMatchObject({
      position: [4, 5, 6],
      components: { Health: { current: 1 } },
    })
    await put('engine', 'e', { components: {} })
    expect((await entity('engine', 'e')).components).toBeUndefined()
  })

  it('write Position and Name as the columns that they are', async () => {
    await put('native', 'n')
    await set('native', 'n', 'Position', { x: 7, y: 8, z: 9 })
    await api.call('PATCH', '/worlds/native/entities/n/components/Position', { z: 10 })
    await set('native', 'n', 'Name', { value: 'Ann' })
    expect(await entity('native', 'n')).toMatchObject({ position: [7, 8, 10], name: 'Ann' })
    expect((await api.call('GET', '/worlds/native/entities/n/components/Position')).body.data).toEqual({
      ...{ x: 7, y: 8, z: 10 },
    })
  })

  const refused: [string, string, string, object | undefined, number, string][] = [
    ['data that is not its type’s', 'PUT', 'ann/components/Health', { current: -1 }, 400, 'current'],
    ['an unknown field', 'PUT', 'ann/components/Health', { current: 1, colour: 2 }, 400, 'body'],
    ['a missing field', 'PATCH', 'ann/components/Inventory', { gold: 3 }, 400, 'items'],
    ['an unknown type', 'PUT', 'ann/components/Mana', {}, 400, 'body'],
    ['a type that is written otherwise', 'PUT', 'ann/components/Parameters', {}, 400, 'body'],
    ['the same of relationships', 'PUT', 'ann/components/Relationships', {}, 400, 'body'],
    ['a name that is none', 'PUT', 'ann/components/health', {}, 400, 'path.type'],
    ['an entity that is not there', 'PUT', 'bob/components/Health', { current: 1 }, 404, 'body'],
    ['a position without z', 'PUT', 'ann/components/Position', { x: 1, y: 2 }, 400, 'z'],
    ['removal of a position', 'DELETE', 'ann/components/Position', undefined, 400, 'path.type'],
    ['data over its limit', 'PUT', 'ann/components/Status', { state: 'x'.repeat(70_000) }, 400, 'body'],
  ]

  it.each(refused)('refuse %s', async (_, method, path, body, status, field) => {
    await put('refusals', 'ann')
    const before = await entity('refusals', 'ann')
    const answer = await api.call(method, `/worlds/refusals/entities/${path}`, body)
    expect(answer).toMatchObject({ status, body: { errors: [{ field }] } })
    expect(await entity('refusals', 'ann')).toEqual(before)
  })
})

describe('operations on many components', () => {
  it('are applied together where all that is expected holds, and not at all otherwise', async () => {
    await put('many', 'a', { components: { Health: { current: 10 } } })
    await put('many', 'b')
    const { seq } = await entity('many', 'a')
    const list = [
      {
        op: 'expect',
        entityId: 'a',
        seq,
        component: { type: 'Health', field: 'current', op: '>=', value: 10 },
      },
      { op: 'expect', entityId: 'b', component: { type: 'Health', exists: false } },
      { op: 'expect', entityId: 'c', exists: false },
      { op: 'merge', entityId: 'a', type: 'Health', data: { current: 5 } },
      { op: 'set', entityId: 'b', type: 'Health', data: { current: 5 } },
    ]
    expect((await operations('many', ...list)).body).toMatchObject({ status: 'applied', events: 2 })
    const again = await operations('many', ...list)
    expect(again).toMatchObject({ status: 412, body: { errors: [{ field: 'operations[0].seq' }] } })
    const half = await operations(
      'many',
      { op: 'remove', entityId: 'a', type: 'Health' },
      { op: 'expect', entityId: 'a', component: { type: 'Health', exists: true } },
    )
    expect(half).toMatchObject({
      status: 412,
      body: { errors: [{ field: 'operations[1].component.exists' }] },
    })
    expect((await entity('many', 'a')).components).toEqual({ Health: { current: 5 } })
    const op = {
      op: 'expect',
      entityId: 'a',
      component: { type: 'Health', field: 'current', op: '<', value: 5 },
    }
    expect((await operations('many', op)).body.errors).toEqual([
      {
        field: 'operations[0].component.value',
        message: "'current' of Health of 'a' is 5, which is not < 5",
      },
    ])
    const wrong = await operations('many', {
      op: 'set',
      entityId: 'b',
      type: 'Health',
      data: { current: 'x' },
    })
    expect(wrong.body.errors).toEqual([{ field: 'operations[0].current', message: 'must be a number' }])
  })
})

describe('component types of a world', () => {
  it('are registered as JSON Schema, hold data to it, and lie in native columns where they are hot', async () => {
    expect((await register('types', stamina)).body).toMatchObject({ status: 'applied' })
    expect((await register('types', stamina)).body).toMatchObject({ events: 0 })
    await put('types', 'e', { components: { Stamina: { points: 3, kind: 'run' } } })
    const bad = await set('types', 'e', 'Stamina', { points: -3 })
    expect(bad.body.errors).toEqual([{ field: 'points', message: 'must be >= 0' }])
    const row = await rows.query(
      `SELECT hot_number, hot_text FROM components WHERE component_type = 'Stamina'`,
    )
    expect(row.rows).toEqual([{ hot_number: 3, hot_text: null }])
    const listed = (await api.call('GET', '/worlds/types/component-types')).body
    expect(listed.registered).toMatchObject([{ type: 'Stamina', version: 1, needs: [], sensitive: false }])
    expect(listed.builtin.map(({ type }: { type: string }) => type)).toContain('Health')
  })

  it('bring every entity to a new version, or refuse it', async () => {
    await register('versions', stamina)
    await put('versions', 'a', { components: { Stamina: { points: 3 } } })
    await put('versions', 'b', { components: { Stamina: { points: 4, kind: 'swim' } } })
    const before = await entity('versions', 'a')
    const next = {
      ...stamina,
      version: 2,
      schema: {
        type: 'object',
        properties: { energy: { type: 'number' }, style: { type: 'string', maxLength: 32 } },
        required: ['energy', 'style'],
      },
      hot: { number: 'energy', text: 'style' },
    }
    const missing = await register('versions', { ...next, upgrade: [{ rename: 'points', to: 'energy' }] })
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ field: 'upgrade' }] } })
    expect(missing.body.detail).toContain("'a'")
    const upgrade = [
      { rename: 'points', to: 'energy' },
      { rename: 'kind', to: 'style' },
      { set: 'style', value: 'run' },
    ]
    expect((await register('versions', { ...next, upgrade })).body).toMatchObject({ events: 3 })
    expect((await entity('versions', 'a')).components).toEqual({ Stamina: { energy: 3, style: 'run' } })
    expect((await entity('versions', 'b')).components).toEqual({ Stamina: { energy: 4, style: 'swim' } })
    expect((await entity('versions', 'a', before.seq)).components).toEqual(before.components)
    const stale = await register('versions', { ...next, version: 2, upgrade: [] })
    expect(stale).toMatchObject({ status: 400, body: { errors: [{ field: 'version' }] } })
    const past = await api.call('GET', `/worlds/versions/component-types?asOf=${before.seq}`)
    expect(past.body.registered).toMatchObject([{ version: 1 }])
  })

  it('may have other hot fields in a new version: what lies in native columns follows', async () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' }, c: { type: 'string', maxLength: 9 } },
    }
    await register('heat', { type: 'Heat', schema, hot: { number: 'a' } })
    await put('heat', 'e', { components: { Heat: { a: 1, b: 2, c: 'three' } } })
    const next = { type: 'Heat', version: 2, schema, hot: { number: 'b', text: 'c' } }
    expect((await register('heat', next)).body).toMatchObject({ events: 1 })
    const text = `SELECT hot_number, hot_text FROM components WHERE component_type = 'Heat'`
    expect((await rows.query(text)).rows).toEqual([{ hot_number: 2, hot_text: 'three' }])
    for (const [hot, field] of [
      [{ number: 'c' }, 'hot.number'],
      [{ text: 'a' }, 'hot.text'],
      [{ number: 'toString' }, 'hot.number'],
    ] as const) {
      const answer = await register('heat', { type: 'Cold', schema, hot })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    }
    const long = { type: 'object', properties: { c: { type: 'string' } } }
    expect((await register('heat', { type: 'Cold', schema: long, hot: { text: 'c' } })).status).toBe(400)
  })

  it('need and exclude each other, whatever the order within a request', async () => {
    await register('bound', { ...stamina, needs: ['Health'], excludes: ['Status'] })
    await put('bound', 'e')
    const alone = await set('bound', 'e', 'Stamina', { points: 1 })
    expect(alone).toMatchObject({ status: 409, body: { detail: "Stamina of 'e' needs a Health beside it" } })
    const stamina1 = { op: 'set', entityId: 'e', type: 'Stamina', data: { points: 1 } }
    const health = { op: 'set', entityId: 'e', type: 'Health', data: { current: 1 } }
    expect((await operations('bound', stamina1, health)).status).toBe(200)
    const gone = await api.call('DELETE', '/worlds/bound/entities/e/components/Health')
    expect(gone.status).toBe(409)
    expect((await set('bound', 'e', 'Status', { state: 'alive' })).body.detail).toContain('cannot be beside')
    expect((await entity('bound', 'e')).archetype).toBe('Health+Stamina')
  })

  it('go with a fork, with what is hot of them', async () => {
    await register('source', stamina)
    await put('source', 'e', { components: { Stamina: { points: 3 } } })
    const { seq } = await entity('source', 'e')
    await set('source', 'e', 'Stamina', { points: 9 })
    const fork = { world: 'source', atSeq: seq, name: 'source-fork' }
    expect((await api.call('POST', '/admin/fork', fork)).status).toBe(200)
    expect((await entity('source-fork', 'e')).components).toEqual({ Stamina: { points: 3 } })
    const text = `SELECT hot_number FROM components c JOIN worlds w USING (world_id) WHERE w.name = 'source-fork'`
    expect((await rows.query(text)).rows).toEqual([{ hot_number: 3 }])
    expect((await set('source-fork', 'e', 'Stamina', { points: -1 })).status).toBe(400)
  })

  const unsafe: [string, object, string][] = [
    ['another type than an object', { type: 'array' }, 'schema.type'],
    [
      'what is no schema',
      { type: 'object', properties: { a: { type: 'nothing' } } },
      'schema.properties.a.type',
    ],
    ['a reference', { type: 'object', properties: { a: { $ref: '#' } } }, 'schema.properties.a.$ref'],
    [
      'a pattern that may take for ever',
      { type: 'object', properties: { a: { pattern: '^(a+)+$', maxLength: 100 } } },
      'schema.properties.a.pattern',
    ],
    [
      'a pattern for texts of any length',
      { type: 'object', properties: { a: { pattern: '^a' } } },
      'schema.properties.a.pattern',
    ],
    ['an unknown keyword', { type: 'object', banana: 1 }, 'schema'],
  ]

  it.each(unsafe)('are refused with %s', async (_, schema, field) => {
    const answer = await register('unsafe', { type: 'Bad', schema })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    expect((await api.call('GET', '/worlds/unsafe')).status).toBe(404)
  })

  it('are refused by the name of one that every world has, or with a need that nobody knows', async () => {
    const schema = { type: 'object' }
    expect((await register('unsafe', { type: 'Health', schema })).body.errors[0].field).toBe('type')
    expect((await register('unsafe', { type: 'Bad', schema, needs: ['Nobody'] })).body.errors[0].field).toBe(
      'needs',
    )
  })

  it('never let data in that their schema refuses, by whatever door it comes', async () => {
    await register('doors', stamina)
    await put('doors', 'e')
    const points = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom<unknown>('1', null, [], {}))
    const door = fc.constantFrom('put', 'set', 'merge', 'operations')
    await fc.assert(
      fc.asyncProperty(points, door, async (value, by) => {
        const data = { points: value }
        const path = '/worlds/doors/entities/e/components/Stamina'
        const answer =
          by === 'put'
            ? await put('doors', 'e', { components: { Stamina: data } })
            : by === 'operations'
              ? await operations('doors', { op: 'set', entityId: 'e', type: 'Stamina', data })
              : await api.call(by === 'set' ? 'PUT' : 'PATCH', path, data)
        const isValid = typeof value === 'number' && value >= 0
        expect(answer.status).toBe(isValid ? 200 : 400)
      }),
      { numRuns: 60 },
    )
  })
})
