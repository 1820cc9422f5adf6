import { expect, test } from 'vitest'
import type { EntityName } from './entity-cache.ts'
import { createReadCounts } from './read-counts.ts'
import { createWarmer, takeHottest } from './warm.ts'

const nameOf = (entityId: string, worldId = 'w'): EntityName => ({ tenantId: 't', worldId, entityId })

test('counts are never too low, and of what is read often nearly right', () => {
  const counts = createReadCounts(256)
  const reads = Array.from({ length: 2_000 }, (_, index) => (index % 4 === 0 ? 'hot' : `cold ${index}`))
  for (const key of reads) counts.add(key)
  expect(counts.estimate('hot')).toBeGreaterThanOrEqual(500)
  expect(counts.estimate('hot')).toBeLessThan(500 + (2_000 / 256) * Math.E * 2)
  // what was hot once does not stay so
  for (let index = 0; index < 20_000; index++) counts.add(`later ${index}`)
  expect(counts.estimate('hot')).toBeLessThan(250)
})

test('the hottest of one world are taken together, the others stay', () => {
  const waiting = new Map([
    ...['a', 'b', 'c'].map((id) => [id, nameOf(id)] as const),
    ['other', nameOf('other', 'w2')] as const,
  ])
  const reads: Record<string, number> = { a: 1, b: 9, c: 5, other: 7 }
  expect(takeHottest(waiting, (key) => reads[key]!, 2).map(({ entityId }) => entityId)).toEqual(['b', 'c'])
  expect([...waiting.keys()]).toEqual(['a', 'other'])
})

test('what is hot and was touched is loaded again, in one call; what is cold is not', async () => {
  const loaded = Promise.withResolvers<EntityName[]>()
  const warmer = createWarmer({
    reload: async (names) => loaded.resolve(names),
    reportFault: loaded.reject,
    everyMs: 1,
  })
  for (const id of ['a', 'a', 'a', 'b', 'b', 'b', 'cold']) warmer.read(nameOf(id))
  for (const id of ['a', 'cold', 'b', 'a']) warmer.touched(nameOf(id))
  expect((await loaded.promise).map(({ entityId }) => entityId).sort()).toEqual(['a', 'b'])
  await warmer.stop()
})
