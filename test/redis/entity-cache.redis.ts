import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisCache } from '#world/cache/adapters/redis'
import type { EntityName } from '#world/cache/entity-cache'
import { describeEntityCache } from '../conformance/entity-cache-suite.ts'
import { until } from '../support/until.ts'
import { type RedisServer, startRedisServer } from './server.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedisServer()
})

afterAll(() => server?.stop())

const open = (keepMs?: number) =>
  redisCache({ url: server.url, timeoutMs: 5_000, ...(keepMs === undefined ? {} : { keepMs }) })

const newName = (): EntityName => ({ tenantId: 't', worldId: randomUUID(), entityId: 'hero' })
const absent = (name: EntityName, checkedAt: number) => ({
  ...{ name, atSeq: 1, checkedAt },
  ...{ core: null, components: {} },
})

describeEntityCache('redis', async () => open())

test('processes share it', async () => {
  const [one, other] = [open(), open()]
  const name = newName()
  await one.put([absent(name, await one.now())])
  expect((await other.get(name)).entity?.core).toBeNull()
  await other.invalidate([{ name, seq: 2, components: 'all' }])
  expect((await one.get(name)).entity?.core).toBeUndefined()
  await Promise.all([one.close(), other.close()])
})

test('what nobody loads again is gone after its time', async () => {
  const cache = open(20)
  const name = newName()
  await cache.put([absent(name, await cache.now())])
  await until('the entity is gone', async () => (await cache.get(name)).entity === undefined)
  await cache.close()
})

test('a load that took too long to tell what it missed is not taken', async () => {
  const cache = open()
  const name = newName()
  await cache.put([absent(name, (await cache.now()) - 31_000)])
  expect((await cache.get(name)).entity).toBeUndefined()
  await cache.close()
})

test('while the server is away calls reject, and afterwards they are answered again', async () => {
  const cache = redisCache({ url: server.url, timeoutMs: 250 })
  const name = newName()
  await until('it answers', () => cache.get(name))
  await server.kill()
  await expect(cache.get(name)).rejects.toThrow()
  await expect(cache.put([absent(name, 0)])).rejects.toThrow()
  await expect(cache.invalidate([{ name, seq: 1, components: 'all' }])).rejects.toThrow()
  await server.start()
  await until('it answers', () => cache.get(name))
  expect((await cache.get(name)).entity).toBeUndefined()
  await cache.close()
})
