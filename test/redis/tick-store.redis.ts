import { Redis } from 'iovalkey'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisTickStore } from '#sync/stores/redis'
import { describeTickStore } from '../conformance/tick-store-suite.ts'
import { latestOf, newWorld, plain, regionOf, startMs, tickOf } from '../conformance/tick-store-ticks.ts'
import { until } from '../support/until.ts'
import { type RedisServer, startRedisServer } from './server.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedisServer()
})

afterAll(() => server?.stop())

const open = (ttlSeconds = 600) =>
  redisTickStore({ url: server.url, timeoutMs: 20_000, ttlSeconds, now: () => new Date(startMs) })

const everything = { fromTick: 0, toTick: 1_000_000 }

describeTickStore('redis', async (options) => redisTickStore({ ...options, url: server.url }), {
  numRuns: 100,
})

test('keys go by themselves: ticks a minute after their time, the token of a world a day later', async () => {
  const [store, client] = [open(600), new Redis(server.url)]
  const worldId = newWorld()
  await store.put({ worldId, token: 1 }, [tickOf(1, ['6:0:0:0'])], latestOf(1))
  const left = async (key: string) => (await client.pttl(`orrery:ticks:1:${key}${worldId}`)) / 1_000
  for (const key of ['slices:1:', 'heads:']) {
    expect(await left(key)).toBeGreaterThan(640)
    expect(await left(key)).toBeLessThanOrEqual(660)
  }
  expect(await left('world:')).toBeGreaterThan(86_400)
  expect(await left('world:')).toBeLessThanOrEqual(87_000)
  await Promise.all([store.close(), client.quit()])
})

test('a tick whose slices the server has dropped is not read by halves', async () => {
  const [store, client] = [open(), new Redis(server.url)]
  const worldId = newWorld()
  await store.put({ worldId, token: 1 }, [tickOf(1, ['6:0:0:0']), tickOf(2, ['6:0:0:0'])], latestOf(2))
  await client.del(`orrery:ticks:1:slices:1:${worldId}`)
  for (const regions of ['*', ['6:0:0:0'], ['6:1:1:1']] as const)
    expect((await store.read(worldId, everything, regions, 10)).map(({ tick }) => tick)).toEqual([2])
  await Promise.all([store.close(), client.quit()])
})

test('a put of more than one call takes is whole all the same', async () => {
  const store = open()
  const fence = { worldId: newWorld(), token: 1 }
  const regions = Array.from({ length: 5_000 }, (_, index) => regionOf(index))
  const ticks = Array.from({ length: 45 }, (_, index) => tickOf(index + 1, regions))
  await store.put(fence, ticks, latestOf(60))
  expect(await store.latest(fence.worldId)).toMatchObject({ tick: 60, oldestTick: 1 })
  const found = await store.read(fence.worldId, everything, [regionOf(4_999)], 100)
  expect(plain(found)).toEqual(plain(ticks.map(({ tick }) => tickOf(tick, [regionOf(4_999)]))))
  await store.close()
})

test('while the server is away calls reject, and afterwards they are answered again, of an empty store', async () => {
  const store = open()
  const fence = { worldId: newWorld(), token: 1 }
  await store.put(fence, [tickOf(1, ['6:0:0:0'])], latestOf(1))
  await server.kill()
  await expect(store.latest(fence.worldId)).rejects.toThrow()
  await expect(store.put(fence, [tickOf(2, ['6:0:0:0'])], latestOf(2))).rejects.toThrow()
  await server.start()
  await until('it is answered again', async () => (await store.latest(fence.worldId)) === undefined)
  await store.put(fence, [tickOf(3, ['6:0:0:0'])], latestOf(3))
  expect(await store.latest(fence.worldId)).toEqual({ ...latestOf(3), oldestTick: 3, full: null })
  await store.close()
})
