import { expect, it } from 'vitest'
import { createKeyCache } from './key-cache.ts'

const counted = () => {
  let count = 0
  return async () => ++count
}

it('asks once for those who ask at once, and again after the age', async () => {
  let now = 0
  const cache = createKeyCache<number>({ maxCount: 10, maxAgeMs: 100, nowMs: () => now })
  const find = counted()
  expect(await Promise.all([cache.get('a', find), cache.get('a', find)])).toEqual([1, 1])
  now = 99
  expect(await cache.get('a', find)).toBe(1)
  now = 100
  expect(await cache.get('a', find)).toBe(2)
  cache.forget('a')
  expect(await cache.get('a', find)).toBe(3)
})

it('keeps so many, and no failure', async () => {
  const cache = createKeyCache<number>({ maxCount: 2, maxAgeMs: 100, nowMs: () => 0 })
  const find = counted()
  for (const name of ['a', 'b', 'c']) await cache.get(name, find)
  expect(await cache.get('c', find)).toBe(3)
  expect(await cache.get('b', find)).toBe(2)
  expect(await cache.get('a', find)).toBe(4)
  const failing = async () => Promise.reject(new Error('away'))
  await expect(cache.get('d', failing)).rejects.toThrow('away')
  expect(await cache.get('d', find)).toBe(5)
})
