import { expect, it } from 'vitest'
import { createTileCache, type TileCache } from './tile-cache.ts'

const names = ['a', 'b', 'c', 'd', 'e']
// with its name 20 bytes
const page = { text: 'x'.repeat(9), next: undefined }

const kept = (cache: TileCache) => names.filter((name) => cache.get(name) !== undefined)

it('keeps what was used last, up to its bytes', () => {
  const cache = createTileCache(80)
  for (const name of names.slice(0, 4)) cache.set(name, page)
  expect(cache.get('a')).toBe(page)
  cache.set('e', page)
  expect(kept(cache)).toEqual(['a', 'c', 'd', 'e'])
})

it('counts a page that is set again once', () => {
  const cache = createTileCache(80)
  for (let times = 0; times < 9; times++) for (const name of names.slice(0, 4)) cache.set(name, page)
  expect(kept(cache)).toHaveLength(4)
})

it('does not let one large page drive out all others', () => {
  const cache = createTileCache(80)
  for (const name of names.slice(0, 3)) cache.set(name, page)
  cache.set('d', { ...page, text: `${page.text}x` })
  expect(kept(cache)).toEqual(['a', 'b', 'c'])
})
