import { expect, it } from 'vitest'
import { createTileCache } from './tile-cache.ts'

const names = ['a', 'b', 'c', 'd', 'e']
// with its name 20 bytes
const text = 'x'.repeat(9)

it('keeps what was used last, up to its bytes', () => {
  const cache = createTileCache(80)
  for (const name of names.slice(0, 4)) cache.set(name, text)
  expect(cache.get('a')).toBe(text)
  cache.set('e', text)
  expect(names.filter((name) => cache.get(name) !== undefined)).toEqual(['a', 'c', 'd', 'e'])
})

it('counts a text that is set again once', () => {
  const cache = createTileCache(80)
  for (let times = 0; times < 9; times++) for (const name of names.slice(0, 4)) cache.set(name, text)
  expect(names.filter((name) => cache.get(name) !== undefined)).toHaveLength(4)
})

it('does not let one large text drive out all others', () => {
  const cache = createTileCache(80)
  for (const name of names.slice(0, 3)) cache.set(name, text)
  cache.set('d', `${text}x`)
  expect(names.filter((name) => cache.get(name) !== undefined)).toEqual(['a', 'b', 'c'])
})
