import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let api: TestApi
let worldId: string

const bodies: [id: string, position: [number, number, number], mass: number, activity: number][] = [
  ['west', [-3, 1, 1], 1, 1],
  ['a', [1, 1, 1], 2, 1],
  ['b', [1, 1, 1], 1, 3],
  ['ä', [1, 1, 1], 1, 2],
  ['face', [2, 1, 1], 4, 0.5],
  ['far', [2 ** 39, 0, 0], 1, 1],
]

beforeAll(async () => {
  physics = await createPhysicsHarness()
  api = await startTestApi(physics.database.url('orrery_app'))
  // it looks for worlds that nobody holds at its start, and then not again: one of these stays unheld
  await physics.start({ scanEveryMs: 600_000 })
  const sent = await physics.send('w', [
    physicsSettings({ paused: true }),
    ...bodies.map(([id, position, mass, activity]) => put(id, position, { mass, activity })),
  ])
  worldId = sent.worldId
  await physics.send('default', [put('home', [0, 0, 0])])
  await until('it is held', async () => (await physics.status(worldId))?.seq === sent.seq)
  // now that the service has looked
  await physics.write('unheld', [
    ...bodies.map(([id, position]) => put(id, position)),
    put('gone', [0, 0, 0]),
    { kind: 'delete-entity', entityId: 'gone' },
  ])
})

afterAll(async () => {
  await api?.stop()
  await physics?.close()
})

const get = async (path: string) => {
  const answer = await api.call('GET', path)
  expect([path, answer.status, answer.body.detail]).toEqual([path, 200, undefined])
  return answer
}

const next = (headers: Headers): string | undefined =>
  /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]

/** All items of a list, page by page. */
const pages = async <T>(path: string, items: (body: Record<string, T[]>) => T[]): Promise<T[][]> => {
  const found: T[][] = []
  for (let at: string | undefined = path; at !== undefined; ) {
    const { body, headers } = await get(at)
    found.push(items(body))
    at = next(headers)
  }
  return found
}

const idsOf = (entities: { id: string }[]): string[] => entities.map(({ id }) => id)

describe('a box', () => {
  it('holds its faces, and says when there is more', async () => {
    const { body } = await get('/worlds/w/box?min=1,1,1&max=2,1,1e3')
    expect(body).toEqual({
      source: 'octree',
      more: false,
      entities: [
        { id: 'a', position: [1, 1, 1], activity: 1 },
        { id: 'b', position: [1, 1, 1], activity: 3 },
        { id: 'ä', position: [1, 1, 1], activity: 2 },
        { id: 'face', position: [2, 1, 1], activity: 0.5 },
      ],
    })
    const { body: first } = await get('/worlds/w/box?min=-1e13,-1e13,-1e13&max=1e13,1e13,1e13&limit=2')
    expect([idsOf(first.entities), first.more]).toEqual([['west', 'a'], true])
  })

  it('of a world that nobody holds comes from PostgreSQL', async () => {
    const { body } = await get('/worlds/unheld/box?min=-9,-9,-9&max=2,1,1')
    expect(body).toMatchObject({ source: 'database', more: false })
    expect(body.entities[0]).toEqual({ id: 'a', position: [1, 1, 1], activity: 0 })
    expect(idsOf(body.entities)).toEqual(['a', 'b', 'face', 'west', 'ä'])
    const { body: first } = await get('/worlds/unheld/box?min=-9,-9,-9&max=2,1,1&limit=4')
    expect([idsOf(first.entities), first.more]).toEqual([['a', 'b', 'face', 'west'], true])
  })
})

describe('a ray', () => {
  it('meets the first entity that it comes close enough to', async () => {
    const ray = async (query: string) => (await get(`/worlds/w/ray?${query}`)).body.hit
    expect(await ray('x=-9&y=1&z=1&dx=2&dy=0&dz=0&r=1')).toEqual({
      ...{ id: 'west', position: [-3, 1, 1], activity: 1, distance: 5 },
    })
    expect(await ray('x=0&y=1&z=1&dx=1e-3&dy=0&dz=0&r=0')).toMatchObject({ id: 'a', distance: 1 })
    expect(await ray('x=0&y=1&z=1&dx=1&dy=0&dz=0&r=0&max=0.5')).toBeNull()
    expect(await ray('x=0&y=5&z=5&dx=1&dy=0&dz=0&r=7.5')).toMatchObject({ distance: 0 })
    expect(await ray('x=0&y=0&z=3&dx=5&dy=0&dz=0&r=2.5')).toMatchObject({ id: 'a' })
    expect(await ray('x=9&y=0&z=0&dx=1&dy=0&dz=0&r=0')).toMatchObject({ id: 'far', distance: 2 ** 39 - 9 })
  })
})

describe('regions', () => {
  type Row = { region: string; count: number }
  const regions = (query: string) => pages<Row>(`/worlds/w/regions?${query}`, (body) => body.regions)
  const names = async (query: string) =>
    (await regions(query)).map((page) => page.map(({ region }) => region))

  it('come with what their entities come to', async () => {
    const { body, headers } = await get('/worlds/w/regions?cell=2')
    expect(next(headers)).toBeUndefined()
    expect(body.regions.map(({ region }: Row) => region)).toEqual([
      '2:-1:0:0',
      '2:0:0:0',
      '2:137438953472:0:0',
    ])
    expect(body.regions[1]).toEqual({
      ...{ region: '2:0:0:0', count: 4, weight: 9 },
      activity: { mean: 1.625, variance: 0.921875 },
      bounds: { min: [1, 1, 1], max: [2, 1, 1] },
    })
  })

  it('come at any size, in any parent, page by page', async () => {
    expect(await names('cell=0&parent=1:0:0:0')).toEqual([['0:1:1:1']])
    expect(await names('cell=0&parent=2:0:0:0&limit=1')).toEqual([['0:1:1:1'], ['0:2:1:1']])
    expect(await names('cell=40&parent=*')).toEqual([['40:-1:0:0', '40:0:0:0']])
    expect(await names('cell=-13&limit=3')).toHaveLength(2)
    expect(await names('cell=3&parent=3:9:9:9')).toEqual([[]])
  })

  it('have entities, page by page, those at one position in order of id', async () => {
    const ids = async (path: string) => {
      const found = await pages<{ id: string }>(`/worlds/w/regions/${path}`, (body) => body.entities)
      return found.map(idsOf)
    }
    expect(await ids('2:0:0:0/bodies')).toEqual([['a', 'b', 'ä', 'face']])
    expect(await ids('2:0:0:0/bodies?limit=1')).toEqual([['a'], ['b'], ['ä'], ['face']])
    expect(await ids('*/bodies?limit=4')).toEqual([
      ['west', 'a', 'b', 'ä'],
      ['face', 'far'],
    ])
    expect(await ids('2%3A5%3A5%3A5/bodies')).toEqual([[]])
  })

  it('go on where the last page ended, whatever has become of its last entity', async () => {
    const { headers } = await get('/worlds/w/regions/2:0:0:0/bodies?limit=2')
    await physics.send('w', [
      { kind: 'move-entity', entityId: 'b', position: [700, 700, 700] },
      put('aa', [1, 1, 1]),
      put('bb', [1, 1, 1]),
    ])
    await until(
      'it moved',
      async () => (await get('/worlds/w/near?x=700&y=700&z=700&r=1')).body.entities.length,
    )
    expect(idsOf((await get(next(headers)!)).body.entities)).toEqual(['bb', 'ä'])
  })
})

describe('what nobody but a physics service can answer', () => {
  it.each(['ray?x=0&y=0&z=0&dx=1&dy=0&dz=0&r=1', 'regions?cell=0', 'regions/*/bodies'])(
    '%s is refused for a world that nobody holds, which is then wanted',
    async (question) => {
      const answer = await api.call('GET', `/worlds/unheld/${question}`)
      expect(answer).toMatchObject({ status: 503, body: { title: 'Physics not running' } })
      expect(answer.headers.get('retry-after')).toBe('15')
      const { rows } = await physics.pool.query('SELECT FROM active_worlds WHERE world_id <> $1', [worldId])
      expect(rows).toHaveLength(1)
    },
  )
})

describe('near without a world in its path', () => {
  it('is about the world of the query, of the header, or the default', async () => {
    const near = async (query: string, headers = {}) => {
      const { body } = await api.call('GET', `/near?x=0&y=0&z=0&k=1${query}`, undefined, headers)
      return body.entities?.[0].id ?? body.status
    }
    expect(await near('')).toBe('home')
    expect(await near('&world=w')).toBe('a')
    expect(await near('', { 'x-world': 'w' })).toBe('a')
    expect(await near('&world=default', { 'x-world': 'w' })).toBe('home')
    expect(await near('&world=nowhere')).toBe(404)
  })
})

describe('the physics service itself', () => {
  it.each([
    ['box?min=0,0,0&max=1,1', 'query.max'],
    ['ray?x=0&y=0&z=0&dx=1&dy=0&dz=0', 'query.r'],
    ['regions', 'query.cell'],
    ['regions?cell=0&after=1:0:0:0', 'query.after'],
    ['regions?cell=0&after=*', 'query.after'],
    ['regions?cell=0&cursor=x', 'query.cursor'],
    ['regions/7/bodies', 'path.region'],
    ['regions/*/bodies?after=a,1,2,3', 'query.after'],
    ['regions/*/bodies?after=["a",1,2]', 'query.after'],
    ['near?x=&y=0&z=0&k=1', 'query.x'],
  ])('refuses %s by naming %s', async (path, field) => {
    expect(await physics.ask(worldId, path)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  })
})
