import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTenantTransaction } from '#platform/postgres/pool'
import { prometheusMetrics } from '#platform/telemetry/prometheus'
import { readEvents } from '#relay/read-events'
import { inProcessCache } from '#world/cache/adapters/in-process'
import { createCachedEntities } from '#world/cache/cached-entities'
import { createAgeClock } from '#world/cache/clock'
import { readEntity } from '#world/read/entities'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let readers: pg.Pool
/** Two processes; only the first one has a cache. */
let api: TestApi
let other: TestApi
const metrics = prometheusMetrics('api')

const openCache = () => inProcessCache({ maxBytes: 1e7, maxEntities: 1_000, now: createAgeClock() })

beforeAll(async () => {
  database = await createTestDatabase()
  readers = database.pool('orrery_app')
  api = await startTestApi(database.url('orrery_app'), { cache: openCache(), metrics })
  other = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await other?.stop()
  await database?.drop()
})

const post = (through: TestApi, space: string, entity: object) =>
  through.call('POST', '/eustress/ingest/entity', { space_name: space, entity })
const get = (space: string, id: string, query = 'maxStaleMs=600000', through = api) =>
  through.call('GET', `/worlds/${space}/entities/${id}${query === '' ? '' : `?${query}`}`)
const outcome = (answer: { headers: Headers }) => answer.headers.get('x-cache')

const lamp = {
  ...{ id: 'lamp', name: 'A lamp', class_type: 'Light', position: [1, 0.1, -3e10] },
  ...{ rotation: [0, 0, 1, 0], scale: [2, 1, 1], tags: ['warm', 'lit'] },
  parameters: { wavelength: 580, nested: { list: [1, null, 'ж"\\'] } },
  lod: 3,
}

/** The log's events after a seq, as the relay gives them to whoever listens. */
const eventsAfter = async (space: string, seq: number) => {
  const { worldId } = (await api.call('GET', `/worlds/${space}`)).body
  const events = await inTenantTransaction(readers, 'local', (client) =>
    readEvents(client, worldId, seq, 100),
  )
  return { world: { tenantId: 'local', worldId }, events }
}

describe('an entity that may be some time old', () => {
  it('is the same as one that may not, first from the database and then from the cache', async () => {
    await post(api, 'same', lamp)
    await post(api, 'same', { id: 'bare', name: '', class_type: 'Part', position: [0, 0, 0] })
    for (const id of ['lamp', 'bare']) {
      const plain = await get('same', id, '')
      const [first, second] = [await get('same', id), await get('same', id)]
      expect([first.status, second.status]).toEqual([200, 200])
      expect(first.body).toEqual(plain.body)
      expect(second.body).toEqual(plain.body)
      expect([plain, first, second].map(outcome)).toEqual(['miss', 'miss', 'hit'])
      expect(plain.headers.get('age')).toBe('0')
      expect(Number(second.headers.get('age'))).toBeGreaterThanOrEqual(0)
    }
    const text = await metrics.text()
    expect(text).toMatch(/orrery_cache_reads_total\{.*adapter="memory".*outcome="hit".*\} \d/)
    expect(text).toMatch(/orrery_cache_hit_ratio\{.*adapter="memory".*\} 0\.\d/)
  })

  it('is not looked for in the simulation where that is not wanted', async () => {
    await post(api, 'unasked', lamp)
    const { body } = await get('unasked', 'lamp', 'maxStaleMs=1000&physics=false')
    expect(body).toMatchObject({ id: 'lamp', physics: null, physicsAbsence: 'not-asked' })
  })

  it('shows what the same process wrote at once, and loads again only what changed', async () => {
    await post(api, 'own', lamp)
    await get('own', 'lamp')
    const { body: written } = await post(api, 'own', { ...lamp, name: 'Renamed' })
    expect(written.success).toBe(true)
    const answer = await get('own', 'lamp')
    expect(answer.body).toMatchObject({ name: 'Renamed', parameters: lamp.parameters, seq: 3 })
    expect(outcome(answer)).toBe('partial')
    await api.call('DELETE', '/worlds/own/entities/lamp')
    expect((await get('own', 'lamp')).status).toBe(404)
    await post(api, 'own', { ...lamp, name: 'Back' })
    expect((await get('own', 'lamp')).body.name).toBe('Back')
  })

  it('shows what another process wrote once its events come, by name only too', async () => {
    await post(api, 'others', lamp)
    const { body: before } = await get('others', 'lamp')
    await post(other, 'others', { ...lamp, name: 'Second' })
    // it may: nobody has told this process yet
    const stale = await get('others', 'lamp')
    expect([stale.body.name, outcome(stale)]).toEqual(['A lamp', 'hit'])
    const { world, events } = await eventsAfter('others', before.seq)
    await api.api.changed(world, events)
    expect((await get('others', 'lamp')).body.name).toBe('Second')
    await post(other, 'others', { ...lamp, name: 'Third' })
    await api.api.changed(world, [{ seq: events.at(-1)!.seq + 1, reference: true }])
    expect((await get('others', 'lamp')).body.name).toBe('Third')
  })

  it('is never older than its bound, though nobody tells of the change', async () => {
    await post(api, 'bound', lamp)
    await get('bound', 'lamp')
    await post(other, 'bound', { ...lamp, name: 'Second' })
    // each time but the last one it is a hit on the old state, which the bound allows
    const fresh = await until('the bound is over', async () => {
      const answer = await get('bound', 'lamp', 'maxStaleMs=50')
      return answer.body.name === 'Second' ? answer : undefined
    })
    expect(outcome(fresh)).not.toBe('hit')
    expect((await get('bound', 'lamp')).body.name).toBe('Second')
  })

  it('is loaded again before it is read, where it is read often', async () => {
    await post(api, 'hot', lamp)
    const { body } = await get('hot', 'lamp')
    for (let read = 0; read < 5; read++) await get('hot', 'lamp')
    await post(other, 'hot', { ...lamp, name: 'Second' })
    const { world, events } = await eventsAfter('hot', body.seq)
    const reloads = database.pool('orrery_app')
    let began = 0
    const counted = {
      connect: () => {
        began++
        return reloads.connect()
      },
    }
    const cached = createCachedEntities({
      cache: openCache(),
      pool: counted as unknown as pg.Pool,
      reportFault: (error) => {
        throw error
      },
    })
    const name = { ...world, entityId: 'lamp' }
    for (let read = 0; read < 5; read++) await cached.read(name, 60_000)
    expect(began).toBe(1)
    await post(other, 'hot', { ...lamp, name: 'Third' })
    const { events: later } = await eventsAfter('hot', events.at(-1)!.seq)
    await cached.changed(world, later)
    await until('it is loaded', () => began === 2)
    await cached.close()
  })

  it('is answered to its own tenant alone', async () => {
    await post(api, 'mine', lamp)
    const { world } = await eventsAfter('mine', 0)
    const cached = createCachedEntities({ cache: openCache(), pool: readers, reportFault: console.error })
    const mine = { ...world, entityId: 'lamp' }
    expect((await cached.read(mine, 60_000)).value?.name).toBe('A lamp')
    expect(await cached.read(mine, 60_000)).toMatchObject({ outcome: 'hit' })
    for (const tenantId of ['', 'another', `local"`, 'local:'])
      expect((await cached.read({ ...mine, tenantId }, 60_000)).value).toBeUndefined()
    expect((await cached.read(mine, 60_000)).value?.name).toBe('A lamp')
    await cached.close()
  })

  it('goes on without the cache, where that is away', async () => {
    await post(api, 'away', lamp)
    const { world } = await eventsAfter('away', 0)
    const away = () => Promise.reject(new Error('away'))
    const faults: unknown[] = []
    const cached = createCachedEntities({
      cache: { adapter: 'redis', get: away, put: away, invalidate: away, now: away, close: away },
      pool: readers,
      reportFault: (error) => faults.push(error),
    })
    const name = { ...world, entityId: 'lamp' }
    expect(await cached.read(name, 60_000)).toMatchObject({ outcome: 'miss', value: { name: 'A lamp' } })
    await cached.changed(world, (await eventsAfter('away', 0)).events)
    await cached.close()
    // told once, not for each call
    expect(faults).toHaveLength(1)
  })
})

it('answers one component, whatever changes beside it', async () => {
  await post(api, 'component', lamp)
  const { world } = await eventsAfter('component', 0)
  const cached = createCachedEntities({ cache: openCache(), pool: readers, reportFault: console.error })
  const name = { ...world, entityId: 'lamp' }
  const read = async (type: string) => {
    const { value, outcome } = await cached.readComponent(name, type, 60_000)
    return [value, outcome]
  }
  expect(await read('Parameters')).toEqual([lamp.parameters, 'miss'])
  await post(other, 'component', { ...lamp, lod: 4 })
  await cached.changed(world, (await eventsAfter('component', 2)).events)
  expect(await read('Parameters')).toEqual([lamp.parameters, 'hit'])
  expect(await read('Extra')).toEqual([{ lod: 4 }, 'partial'])
  expect(await read('Missing')).toEqual([undefined, 'hit'])
  const plain = await inTenantTransaction(readers, 'local', (client) =>
    readEntity(client, world.worldId, 'lamp', null),
  )
  expect((await cached.read(name, 60_000)).value).toEqual(plain)
  await cached.close()
})

it.each(['-1', '600001', 'soon', '1.5', ''])('refuses a bound of %j', async (bound) => {
  await post(api, 'bad', lamp)
  const answer = await get('bad', 'lamp', `maxStaleMs=${bound}`)
  expect(answer.status).toBe(400)
  expect(JSON.stringify(answer.body)).toContain('query.maxStaleMs')
})

it('names a world and an entity that there is not', async () => {
  expect((await get('nowhere', 'lamp')).body.detail).toContain("no world 'nowhere'")
  await post(api, 'empty', lamp)
  expect((await get('empty', 'ghost')).body.detail).toContain("no entity 'ghost'")
  await post(api, 'empty', { ...lamp, id: 'ghost' })
  expect((await get('empty', 'ghost')).status).toBe(200)
})
