import { expect, test } from 'vitest'
import type { CoreRow, EntityCache, EntityName } from '../entity-cache.ts'
import { inProcessCache } from './in-process.ts'
import { createScopes } from './scopes.ts'

let nowMs = 0
const open = (options: { maxBytes?: number; maxEntities?: number; maxTouches?: number } = {}) =>
  inProcessCache({ maxBytes: 1e6, maxEntities: 100, now: () => nowMs, ...options })

const nameOf = (entityId: string): EntityName => ({ tenantId: 't', worldId: 'w', entityId })
const rowOf = (name: string): CoreRow => [name, 'c', [], 0, 0, 0, '', 5, 1, 0, 0]

const put = (cache: EntityCache, entityId: string, atSeq = 1, { checkedAt = nowMs, text = 'x' } = {}) =>
  cache.put([
    {
      ...{ name: nameOf(entityId), atSeq, checkedAt },
      ...{ core: { row: rowOf(text), versions: {} }, components: {} },
    },
  ])

const has = async (cache: EntityCache, entityId: string) =>
  (await cache.get(nameOf(entityId))).entity?.core !== undefined

const touch = (cache: EntityCache, entityId: string, seq: number) =>
  cache.invalidate([{ name: nameOf(entityId), seq, components: [] }])

test('what was used longest ago goes first, by number', async () => {
  const cache = open({ maxEntities: 2 })
  await put(cache, 'a')
  await put(cache, 'b')
  expect(await has(cache, 'a')).toBe(true)
  await put(cache, 'c')
  expect([await has(cache, 'a'), await has(cache, 'b'), await has(cache, 'c')]).toEqual([true, false, true])
})

test('and by bytes, of which a character beyond Latin-1 makes two of each', async () => {
  const cache = open({ maxBytes: 6_000 })
  for (const id of ['a', 'b', 'c']) await put(cache, id, 1, { text: 'x'.repeat(1_200) })
  expect(await has(cache, 'a')).toBe(true)
  await put(cache, 'd', 1, { text: '\u0416'.repeat(600) })
  await put(cache, 'e', 1, { text: '\u0416'.repeat(600) })
  expect([await has(cache, 'a'), await has(cache, 'b'), await has(cache, 'e')]).toEqual([true, false, true])
  await put(cache, 'large', 1, { text: 'x'.repeat(1_600) })
  expect(await has(cache, 'large')).toBe(false)
})

test('a load is refused where the touch that overtook it may have been forgotten', async () => {
  const cache = open({ maxTouches: 1 })
  nowMs = 10
  await touch(cache, 'a', 5)
  nowMs = 11
  await touch(cache, 'b', 6)
  await put(cache, 'a', 4, { checkedAt: 9 })
  expect(await has(cache, 'a')).toBe(false)
  await put(cache, 'a', 6, { checkedAt: 11 })
  expect(await has(cache, 'a')).toBe(true)
})

test('what was touched and then had to go is still protected from older loads', async () => {
  const cache = open({ maxEntities: 1 })
  await put(cache, 'a', 4)
  await touch(cache, 'a', 5)
  await put(cache, 'b', 4)
  await put(cache, 'a', 4)
  expect(await has(cache, 'a')).toBe(false)
  await put(cache, 'a', 5)
  expect(await has(cache, 'a')).toBe(true)
})

test('writes of what nobody reads take no room from what is read', async () => {
  const cache = open({ maxEntities: 2, maxTouches: 2 })
  await put(cache, 'a')
  for (let seq = 2; seq < 50; seq++) await touch(cache, `new ${seq}`, seq)
  expect(await has(cache, 'a')).toBe(true)
})

test('a world that lost its number gets another one', () => {
  let losses = 0
  const scopes = createScopes(() => losses++, 2)
  const numbers = ['a', 'b', 'c', 'a'].map((world) => scopes.numberOf('t', world))
  expect(new Set(numbers).size).toBe(4)
  expect(losses).toBe(2)
})
