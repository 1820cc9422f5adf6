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

const relate = (sourceId: string, targetId: string, strength = 1): Command => ({
  kind: 'put-relationship',
  relationship: { sourceId, targetId, type: 'near', strength, label: null, data: {} },
})

const get = async (path: string): Promise<Answer['body']> => {
  const { status, body } = await api.call('GET', path)
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200)
  return body
}

const fork = async (world: string, name: string, more: object = {}) => {
  const { status, body } = await api.call('POST', '/admin/fork', { world, name, ...more })
  expect(status, JSON.stringify(body)).toBe(200)
}

interface Diff {
  first: Answer['body']
  entities: Answer['body'][]
  relationships: Answer['body'][]
  pages: number
}

/** All pages of a diff. */
const diffOf = async (a: string, b: string, query = ''): Promise<Diff> => {
  const found: Diff = { first: undefined, entities: [], relationships: [], pages: 0 }
  for (let next: string | undefined = `/worlds/${a}/diff/${b}?${query}`; next !== undefined; found.pages++) {
    const { status, body, headers }: Answer = await api.call('GET', next)
    expect([status, body.title]).toEqual([200, undefined])
    found.first ??= body
    found.entities.push(...body.entities)
    found.relationships.push(...body.relationships)
    next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  return found
}

const none = { created: 0, deleted: 0, changed: 0 }

describe('what leads from a parent to its fork', () => {
  it('names each entity and relationship, with each field that differs', async () => {
    await write('p', put('gone', 1), put('kept', 2), put('moved', 3, { wavelength: 1 }), put('named', 4))
    await write('p', relate('kept', 'moved'), relate('moved', 'named'))
    await fork('p', 'f')
    await write('f', { kind: 'delete-entity', entityId: 'gone' }, put('new', 9, { mass: 2 }))
    await write('f', { kind: 'move-entity', entityId: 'moved', position: [3, 5, 0] })
    await write('f', { kind: 'set-parameter', entityId: 'moved', name: 'wavelength', value: 7 })
    await write('f', relate('kept', 'moved', 3), relate('new', 'kept'))
    await write('f', {
      kind: 'delete-relationship',
      relationship: { sourceId: 'moved', targetId: 'named', type: 'near' },
    })
    await write('p', put('named', 4, { colour: 'red' }))

    const { first, entities, relationships } = await diffOf('p', 'f')
    expect(first).toMatchObject({
      ...{ a: { world: 'p' }, b: { world: 'f' }, settings: [] },
      summary: {
        entities: { created: 1, deleted: 1, changed: 2 },
        relationships: { created: 1, deleted: 1, changed: 1 },
      },
    })
    expect(entities.map(({ id, kind }) => [id, kind])).toEqual([
      ['gone', 'deleted'],
      ['moved', 'changed'],
      ['named', 'changed'],
      ['new', 'created'],
    ])
    const [gone, moved, named, made] = entities
    expect(gone.entity).toMatchObject({ id: 'gone', position: [1, 0, 0] })
    expect(moved.changes).toEqual([
      { entityId: 'moved', field: 'position', oldValue: [3, 0, 0], newValue: [3, 5, 0] },
      { entityId: 'moved', field: 'parameters.wavelength', oldValue: 1, newValue: 7 },
    ])
    expect(named.changes).toEqual([{ entityId: 'named', field: 'parameters.colour', oldValue: 'red' }])
    expect(made.entity).toMatchObject({ id: 'new', parameters: { mass: 2 } })
    expect(relationships.map(({ sourceId, targetId, kind }) => [sourceId, targetId, kind])).toEqual([
      ['kept', 'moved', 'changed'],
      ['moved', 'named', 'deleted'],
      ['new', 'kept', 'created'],
    ])
    expect(relationships[0].changes).toMatchObject([{ field: 'strength', oldValue: 1, newValue: 3 }])
  })

  it('is what the settings became, and nothing of what both had', async () => {
    await write('sp', { kind: 'change-settings', settings: { physics: { gravity: 2 } } })
    await fork('sp', 'sf')
    await write('sf', { kind: 'change-settings', settings: { physics: { gravity: 5 } } })
    const { first } = await diffOf('sp', 'sf')
    expect(first.settings).toEqual([{ entityId: '', field: 'physics.gravity', oldValue: 2, newValue: 5 }])
    expect(first.summary).toEqual({ entities: none, relationships: none })
    expect((await diffOf('sp', 'sf', 'atB=2')).first.settings).toEqual([])
  })

  it('is nothing where a change was taken back, or only the order of keys differs', async () => {
    await write('back', put('a', 1, { x: 1, y: { k: 1, l: 2 } }))
    await fork('back', 'forth')
    await write('forth', put('a', 1, { y: { l: 2, k: 1 }, x: 2 }), relate('a', 'a'))
    await write('forth', put('a', 1, { y: { l: 2, k: 1 }, x: 1 }))
    await write('forth', {
      kind: 'delete-relationship',
      relationship: { sourceId: 'a', targetId: 'a', type: 'near' },
    })
    expect(await diffOf('back', 'forth')).toMatchObject({ entities: [], relationships: [], pages: 1 })
  })
})

describe('any two states', () => {
  it('are the same world’s at two seqs, or those of worlds that have nothing to do with each other', async () => {
    await write('one', put('a', 1), put('b', 2))
    await write('one', put('b', 3), put('c', 4))
    await write('two', put('b', 2), relate('b', 'z'))
    expect((await diffOf('one', 'one')).first.summary).toEqual({ entities: none, relationships: none })
    expect((await diffOf('one', 'one', 'atA=3')).entities.map(({ id, kind }) => [id, kind])).toEqual([
      ['b', 'changed'],
      ['c', 'created'],
    ])
    const { first, entities, relationships } = await diffOf('one', 'two', 'atA=3')
    expect(first.summary).toEqual({
      ...{ entities: { created: 0, deleted: 1, changed: 0 }, relationships: { ...none, created: 1 } },
    })
    expect(entities).toMatchObject([{ id: 'a', kind: 'deleted' }])
    expect(relationships).toMatchObject([{ sourceId: 'b', targetId: 'z', kind: 'created' }])
  })

  it('differ by what reading both says, in pages of any size, and the other way round', {
    timeout: 300_000,
  }, async () => {
    const commands = fc.array(command, { minLength: 3, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        commands,
        commands,
        commands,
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        async (before, left, right, at, limit) => {
          const [root, a, b] = [randomUUID(), randomUUID(), randomUUID()]
          await write(root, { kind: 'change-settings', settings: { physics: { gravity: 3 } } })
          for (const one of before) await write(root, one)
          const { seq } = await get(`/worlds/${root}`)
          await fork(root, a)
          await fork(root, b, { atSeq: 1 + (at % seq) })
          for (const one of left) await write(a, one)
          for (const one of right) await write(b, one)
          for (const [first, second] of [
            [a, b],
            [b, a],
            [root, a],
            [b, root],
          ] as const) {
            const whole = await diffOf(first, second, 'limit=1000')
            const paged = await diffOf(first, second, `limit=${limit}`)
            expect([paged.entities, paged.relationships]).toEqual([whole.entities, whole.relationships])
            expect(kindsOf(whole)).toEqual(await expectedKinds(first, second))
          }
        },
      ),
      { numRuns: 5, seed: 7 },
    )
  })

  const kindsOf = ({ entities, relationships }: Diff) => ({
    entities: Object.fromEntries(entities.map(({ id, kind }) => [id, kind])),
    relationships: Object.fromEntries(
      relationships.map(({ sourceId, targetId, type, kind }) => [`${sourceId}/${targetId}/${type}`, kind]),
    ),
  })

  const statesOf = async (world: string) => {
    const { entities } = await get(`/worlds/${world}/entities?limit=1000`)
    const { relationships } = await get(`/worlds/${world}/relationships?limit=1000`)
    return {
      entities: new Map<string, string>(
        entities.map(
          ({
            id,
            name,
            classType,
            position,
            rotation,
            scale,
            tags,
            parameters,
            extra,
            components,
          }: Answer['body']) => [
            id,
            stable({ name, classType, position, rotation, scale, tags, parameters, extra, components }),
          ],
        ),
      ),
      relationships: new Map<string, string>(
        relationships.map(({ sourceId, targetId, type, strength, label, data }: Answer['body']) => [
          `${sourceId}/${targetId}/${type}`,
          stable({ strength, label, data }),
        ]),
      ),
    }
  }

  /** JSON that does not depend on the order of keys. */
  const stable = (value: unknown): string =>
    JSON.stringify(value, (_, part) =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
        : part,
    )

  const expectedKinds = async (first: string, second: string) => {
    const [a, b] = [await statesOf(first), await statesOf(second)]
    const kinds = (of: 'entities' | 'relationships') =>
      Object.fromEntries(
        [...new Set([...a[of].keys(), ...b[of].keys()])].flatMap((id) => {
          if (a[of].get(id) === b[of].get(id)) return []
          return [[id, !a[of].has(id) ? 'created' : b[of].has(id) ? 'changed' : 'deleted']]
        }),
      )
    return { entities: kinds('entities'), relationships: kinds('relationships') }
  }
})

it.each([
  ['/worlds/one/diff/nowhere', 404, undefined],
  ['/worlds/nowhere/diff/one', 404, undefined],
  ['/worlds/one/diff/two?atA=99', 400, 'query.atA'],
  ['/worlds/one/diff/two?atB=99', 400, 'query.atB'],
  ['/worlds/one/diff/two?atA=-1', 400, 'query.atA'],
  ['/worlds/one/diff/two?asOf=1', 400, 'query.asOf'],
  ['/worlds/one/diff/two?limit=0', 400, 'query.limit'],
  ['/worlds/one/diff/two?cursor=WzFd', 400, 'query.cursor'],
])('%s is refused', async (path, status, field) => {
  const answer = await api.call('GET', path)
  expect([answer.status, answer.body.errors?.[0].field]).toEqual([status, field])
})
