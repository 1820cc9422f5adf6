import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oldestKeysOf } from './oldest-keys.ts'

test('it is the first key of the map, whatever was used and deleted in between', () => {
  const step = fc.record({ kind: fc.constantFrom('use', 'delete', 'evict'), key: fc.nat({ max: 9 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = new Map<number, number>()
      const oldestKey = oldestKeysOf(map)
      for (const { kind, key } of steps) {
        if (kind !== 'evict') map.delete(key)
        if (kind === 'use') map.set(key, key)
        if (kind === 'evict' && map.size > 0) {
          const expected = map.keys().next().value
          const oldest = oldestKey()!
          expect(oldest).toBe(expected)
          map.delete(oldest)
        }
      }
    }),
  )
})
