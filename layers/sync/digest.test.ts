import { expect, test } from 'vitest'
import { entityHash, murmur3 } from './digest.ts'

// https://en.wikipedia.org/wiki/MurmurHash#Test_vectors
test.each([
  ['', 0x00000000],
  ['test', 0xba6bd213],
  ['Hello, world!', 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('the hash of %j is that of the reference', (text, hash) => {
  expect(murmur3(new TextEncoder().encode(text))).toBe(hash)
})

test('−0 counts as 0', () => {
  expect(entityHash(new Uint8Array([97]), 0, 1, -0, 0, -0)).toBe(
    entityHash(new Uint8Array([97]), 0, 1, 0, 0, 0),
  )
})
