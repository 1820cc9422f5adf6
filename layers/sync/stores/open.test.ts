import { expect, test } from 'vitest'
import { openTickStore } from './open.ts'

const options = { ttlSeconds: 600, now: () => new Date() }
const latest = { tick: 1, seq: 2, timestamp: '2026-11-26T00:00:00.000Z' }

test('memory is open at once', async () => {
  const store = await openTickStore({ kind: 'memory', megabytes: 1 }, options)
  await store.put({ worldId: 'w', token: 1 }, [], latest)
  expect(await store.latest('w')).toEqual({ ...latest, oldestTick: null, full: null })
  await store.close()
})

test.each([
  { kind: 'redis', url: 'redis://127.0.0.1:1' } as const,
  { kind: 'dynamodb', table: 't', region: 'us-east-1', endpoint: 'http://127.0.0.1:1' } as const,
])('a server that is away is told by calls, not by opening: $kind', async (settings) => {
  const store = await openTickStore(settings, options)
  await expect(store.latest('w')).rejects.toThrow()
  await store.close()
})
