import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Scope, scopes } from '#platform/auth/principal'
import { localKeyFile } from '#world/sealing/local-key-file'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const plainScopes = scopes.filter((scope) => scope !== 'world:sensitive')

const doorOf =
  (tenantId: string, allowed: readonly Scope[] = scopes) =>
  () => ({
    identify: async () => ({ tenantId, subject: `user of ${tenantId}`, scopes: allowed }),
    documents: {},
  })

let database: TestDatabase
let api: TestApi
let stranger: TestApi
/** Of the same tenant, without the scope for sensitive components. */
let discreet: TestApi
let folder: string

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'orrery-query-'))
  const keyWrapper = localKeyFile(join(folder, 'sealing-key'))
  api = await startTestApi(database.url('orrery_app'), { door: doorOf('owner'), keyWrapper })
  discreet = await startTestApi(database.url('orrery_app'), {
    door: doorOf('owner', plainScopes),
    keyWrapper,
  })
  stranger = await startTestApi(database.url('orrery_app'), { door: doorOf('stranger') })
  for (const { call } of [api, stranger]) {
    const entities = ['hero', 'friend', 'foe', 'stone'].map((id, n) => ({
      ...{ id, name: `The ${id}`, position: [n * 10, 0, 0], tags: n < 2 ? ['warm'] : [], parameters: { n } },
    }))
    const connections = [
      { source_id: 'friend', target_id: 'hero', connection_type: 'trusts', strength: 0.9 },
      { source_id: 'foe', target_id: 'hero', connection_type: 'trusts', strength: 0.1 },
    ]
    await call('POST', '/eustress/ingest/batch', { space_name: 'w', entities, connections })
    await call('POST', '/eustress/ingest/batch', { space_name: 'v', entities, connections })
  }
  const health = await api.call('PUT', '/worlds/w/entities/friend/components/Health', { current: 3 })
  expect(health.status).toBe(200)
})

afterAll(async () => {
  await Promise.all([api?.stop(), stranger?.stop(), discreet?.stop()])
  rmSync(folder, { recursive: true, force: true })
  await database?.drop()
})

const ask = (body: object, world = 'w', from = api) => from.call('POST', `/worlds/${world}/query`, body)
const idsOf = ({ body }: Awaited<ReturnType<typeof ask>>) => body.entities.map(({ id }: { id: string }) => id)

describe('POST /worlds/{w}/query', () => {
  it('answers a text and its JSON alike', async () => {
    const text = 'Position.x >= 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "hero"'
    const where = {
      op: 'and',
      of: [
        { op: '>=', path: 'Position.x', value: 10 },
        {
          op: 'or',
          of: [
            { op: '<', path: 'Health.current', value: 5 },
            { op: 'not', of: { op: 'has', component: 'Health' } },
          ],
        },
        { op: '->', type: 'trusts', min: 0.5, target: 'hero' },
      ],
    }
    const [asText, asJson] = await Promise.all([ask({ query: text }), ask({ query: { where } })])
    expect(asText.status).toBe(200)
    expect(asText.body).toEqual(asJson.body)
    expect(asText.body.entities).toHaveLength(1)
    expect(asText.body.entities[0]).toMatchObject({ id: 'friend', components: { Health: { current: 3 } } })
  })

  it('selects, counts and groups', async () => {
    const selected = await ask({
      query: 'has tag "warm" select name, Health.current, Position sort by Parameters.n desc',
    })
    expect(selected.body.entities).toEqual([
      { id: 'friend', name: 'The friend', 'Health.current': 3, Position: { x: 10, y: 0, z: 0 } },
      { id: 'hero', name: 'The hero', Position: { x: 0, y: 0, z: 0 } },
    ])
    expect((await ask({ query: 'name ~ "THE F" count' })).body.count).toBe(2)
    // the index on parts is that of names
    expect((await ask({ query: 'class ~ "part" count' })).body.count).toBe(4)
    expect((await ask({ query: 'id ~ "frie" or class ~ "nothing"' })).body.entities).toHaveLength(1)
    expect((await ask({ query: 'group by Health.current count' })).body).toMatchObject({
      groups: [{ count: 3 }, { value: 3, count: 1 }],
      more: false,
    })
  })

  it('groups a whole world by class, and by a hot text that some lack', async () => {
    expect((await ask({ query: 'group by class count' })).body.groups).toEqual([{ value: 'Part', count: 4 }])
    const state = { path: '/worlds/w/entities/foe/components/Status' }
    await api.call('PUT', state.path, { state: 'dead' })
    const groups = (query: string) => ask({ query }).then(({ body }) => body.groups)
    const whole = await groups('group by Status.state count')
    expect(whole).toEqual([{ count: 3 }, { value: 'dead', count: 1 }])
    expect(await groups('Position.x >= 0 group by Status.state count')).toEqual(whole)
    const { body } = await ask({ query: 'group by Status.state count' }, 'w', stranger)
    expect(body.groups).toEqual([{ count: 4 }])
    await api.call('DELETE', state.path)
  })

  it('pages go on where the page before ended, whatever is written meanwhile', async () => {
    const first = await ask({ query: 'sort by Position.x desc', limit: 2 })
    expect(idsOf(first)).toEqual(['stone', 'foe'])
    const { seq, cursor } = first.body
    await api.call('POST', '/eustress/ingest/entity', {
      space_name: 'w',
      entity: { id: 'late', name: 'late', position: [5, 0, 0] },
    })
    const query = 'sort by Position.x desc'
    expect(idsOf(await ask({ query, cursor }))).toEqual(['friend', 'late', 'hero'])
    expect(idsOf(await ask({ query, cursor, asOf: seq }))).toEqual(['friend', 'hero'])
    await api.call('DELETE', '/worlds/w/entities/late')
  })

  it('refuses a cursor of another query, world or tenant, and anything else', async () => {
    const { cursor } = (await ask({ query: 'sort by name', limit: 1 })).body
    const refused = [
      await ask({ query: 'sort by id', limit: 1, cursor }),
      await ask({ query: 'sort by name', limit: 1, cursor }, 'v'),
      await ask({ query: 'sort by name', limit: 1, cursor }, 'w', stranger),
      await ask({ query: 'sort by name', limit: 1, cursor: 'x' }),
      await ask({ query: 'sort by name', cursor: Buffer.from('[1,2,3]').toString('base64url') }),
    ]
    for (const { status, body } of refused) {
      expect(status).toBe(400)
      expect(body.errors[0].field).toBe('cursor')
    }
    expect(idsOf(await ask({ query: 'sort by name', limit: 1, cursor }))).toEqual(['friend'])
  })

  it('reads as of a seq and a time', async () => {
    const before = await ask({ query: 'Health count' })
    expect(before.body.count).toBe(1)
    expect((await ask({ query: 'Health count', asOf: before.body.seq })).body.count).toBe(1)
    expect((await ask({ query: 'Health count', asOf: 2 })).body).toEqual({ seq: 2, count: 0 })
    expect((await ask({ query: 'count', asOf: '2020-01-01T00:00:00Z' })).body).toEqual({ seq: 0, count: 0 })
    const now = new Date(Date.now() + 60_000).toISOString()
    expect((await ask({ query: 'count', asOf: now })).body).toEqual({ seq: before.body.seq, count: 4 })
    const log = await api.call('GET', '/worlds/w/entities/hero')
    expect((await ask({ query: 'count', asOf: log.body.createdAt })).body.count).toBeGreaterThan(0)
    const beyond = await ask({ query: 'count', asOf: 1_000_000 })
    expect(beyond.body.errors[0].field).toBe('asOf')
  })

  it('a fork answers the past of its parent', async () => {
    const { seq } = (await ask({ query: 'count' })).body
    const fork = await api.call('POST', '/admin/fork', { world: 'w', name: 'branch' })
    expect(fork.status).toBe(200)
    await api.call('DELETE', '/worlds/branch/entities/stone')
    expect((await ask({ query: 'count' }, 'branch')).body.count).toBe(3)
    expect((await ask({ query: 'count', asOf: seq }, 'branch')).body).toEqual({ seq, count: 4 })
    expect((await ask({ query: 'count', asOf: 2 }, 'branch')).body).toEqual({ seq: 2, count: 1 })
    const { body } = await api.call('GET', '/worlds/w/entities/hero')
    const then = await ask({ query: 'Health count', asOf: body.createdAt }, 'branch')
    expect(then.body.count).toBe(0)
  })

  it('says where a query is wrong', async () => {
    const text = await ask({ query: 'Health and\n  name ~ 5' })
    expect(text.status).toBe(400)
    expect(text.body.errors).toEqual([
      { field: 'query', message: 'line 2, column 10: expected a text in double quotes, found 5' },
    ])
    const json = await ask({
      query: {
        where: {
          op: 'or',
          of: [
            { op: 'has', component: 'Health' },
            { op: '=', path: 'Health.current' },
          ],
        },
      },
    })
    expect(json.body.errors[0].field).toBe('query.where.of[1].value')
    expect((await ask({ query: 5 })).body.errors[0].field).toBe('query')
    expect((await ask({})).status).toBe(400)
    expect((await ask({ query: '' }, 'nowhere')).status).toBe(404)
  })

  it('refuses a component type that the world does not have, and says where and which it has', async () => {
    const text = await ask({ query: 'Health.current < 5\n or Helth.current < 5' })
    expect(text.status).toBe(400)
    expect(text.body.errors).toHaveLength(1)
    const [{ field, message }] = text.body.errors
    expect(field).toBe('query')
    expect(message).toMatch(
      /^line 2, column 5: there is no component type Helth in this world; it has Health, /,
    )
    const json = { where: { op: 'not', of: { op: 'has', component: 'Helth' } } }
    expect((await ask({ query: json })).body.errors[0]).toMatchObject({
      field: 'query.where.of.component',
      message: expect.stringMatching(/^there is no component type Helth/),
    })
    for (const query of [
      'select Name, Helth.current',
      'sort by Helth.current',
      'group by Helth.current count',
      '->trusts of (exists Helth)',
      'Relationships',
    ])
      expect([query, (await ask({ query })).status]).toEqual([query, 400])
    expect((await ask({ query: 'Helth', explain: true })).status).toBe(400)
    for (const query of ['Transform', 'Extra', 'Parameters', 'Position', 'Name', 'Inventory', '->*'])
      expect([query, (await ask({ query })).status]).toEqual([query, 200])
  })

  it('knows a type from its registration on, in a fork too, and the past then', async () => {
    const type = { type: 'Aura', schema: { type: 'object' } }
    expect((await ask({ query: 'Aura' }, 'v')).status).toBe(400)
    expect((await api.call('POST', '/worlds/v/component-types', type)).status).toBe(200)
    expect((await ask({ query: 'Aura count' }, 'v')).body.count).toBe(0)
    expect((await ask({ query: 'Aura count', asOf: 1 }, 'v')).body.count).toBe(0)
    expect((await ask({ query: 'Aura' })).body.errors[0].message).not.toMatch(/has.*Aura,/)
    expect((await ask({ query: 'Aur' }, 'v')).body.errors[0].message).toMatch(/it has Aura, /)
    await api.call('POST', '/admin/fork', { world: 'v', name: 'v-branch' })
    expect((await ask({ query: 'Aura count' }, 'v-branch')).body.count).toBe(0)
  })

  it('explains, without estimates', async () => {
    const { body } = await ask({
      query: 'has tag "warm" and Health.max > 1 sort by Health.current',
      explain: true,
    })
    expect(body.explain.steps).toEqual([
      'Reads the current rows.',
      'has tag "warm": found by the index on tags.',
      'Health.max > 1: tested on each entity that is looked at.',
      'Puts them in order of Health.current asc, id, and ends after 100.',
    ])
    expect(JSON.stringify(body.explain.plan)).toMatch(/entities/)
    expect(JSON.stringify(body.explain.plan)).not.toMatch(/Rows|Cost/)
    expect(body.explain.warning).toBeUndefined()
  })

  it.each([
    [
      'Health.max > 1 and Parameters.n != true',
      'until the page is full: no index finds Health.max > 1, Param',
    ],
    ['Parameters.n > 1 count', 'Reads every entity of the world: no index finds Parameters.n > 1.'],
    [
      '!(Health.current = 3) sort by Parameters.n',
      'finds !Health.current = 3, and no index has the order of',
    ],
    ['sort by class, name', 'Reads every entity of the world: no index has the order of class, name.'],
    ['group by class count', 'Reads every entity of the world.'],
    ['Health.max > 1 and has tag "warm" sort by class', undefined],
    ['sort by Health.current', undefined],
    ['!Health', undefined],
    ['count', undefined],
  ])('warns where %s reads everything', async (query, warning) => {
    const { body } = await ask({ query, explain: true })
    if (warning === undefined) expect(body.explain.warning).toBeUndefined()
    else expect(body.explain.warning).toContain(warning)
  })
})

describe('sensitive components', () => {
  it('can be asked for, not looked into', async () => {
    const schema = { type: 'object' }
    const registered = await api.call('POST', '/worlds/w/component-types', {
      type: 'Secret',
      schema,
      sensitive: true,
    })
    expect(registered.status).toBeLessThan(300)
    expect((await ask({ query: 'Secret count' })).body.count).toBe(0)
    for (const query of [
      'Secret.a = 1',
      'exists Secret.a',
      'Secret contains {"a":1}',
      'select Secret',
      'sort by Secret.a',
      'group by Secret.a count',
      '->trusts of (!(Secret.a ~ "x"))',
    ]) {
      const { status, body } = await ask({ query })
      expect([query, status]).toEqual([query, 400])
      expect(body.errors[0].message).toMatch(/^line 1, column \d+: .*sensitive/)
    }
  })

  it('are answered in clear to whoever has the scope, hidden from others, and never as ciphertext', async () => {
    const path = '/worlds/w/entities/friend/components/Secret'
    expect((await api.call('PUT', path, { a: 'hush' })).status).toBeLessThan(300)
    const secretOf = async (from: TestApi) =>
      (await ask({ query: 'Secret' }, 'w', from)).body.entities[0].components.Secret
    expect(await secretOf(api)).toEqual({ a: 'hush' })
    expect(await secretOf(discreet)).toEqual({ $sealed: true })
  })
})

describe('tenants are strangers', () => {
  it('the same ids and names answer one’s own', async () => {
    for (const query of [
      'Health count',
      'Health.current = 3 count',
      '->trusts of (Health) count',
      'Parameters contains {"n":1} and Health count',
    ]) {
      expect([query, (await ask({ query })).status]).toEqual([query, 200])
      expect([query, (await ask({ query }, 'w', stranger)).body.count]).toEqual([query, 0])
    }
    expect(
      (await ask({ query: 'name ~ "friend"' }, 'w', stranger)).body.entities[0].components,
    ).toBeUndefined()
  })
})
