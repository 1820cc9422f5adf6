import { expect, it } from 'vitest'
import { murmur3 } from './murmur3.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits, 'hex'))

it.each([
  // of the empty input and of each length of the tail: the vectors of SMHasher's users
  ['', 0, 0x00000000],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['ffffffff', 0, 0x76293b50],
  ['21436587', 0, 0xf55b516b],
  ['21436587', 0x5082edee, 0x2362f9de],
  ['214365', 0, 0x7e4a8634],
  ['2143', 0, 0xa0f7b07a],
  ['21', 0, 0x72661cf4],
  ['00000000', 0, 0x2362f9de],
  ['000000', 0, 0x85f0b427],
  ['0000', 0, 0x30f4c306],
  ['00', 0, 0x514e28b7],
])('murmur3 of %s from %d', (digits, seed, hash) => {
  const bytes = hex(digits)
  expect(murmur3(bytes, bytes.length, seed)).toBe(hash)
})

it('reads blocks as little endian, and no byte beyond the length', () => {
  expect(murmur3(utf8('Hello, world!'), 13, 0x9747b28c)).toBe(0x24884cba)
  expect(murmur3(utf8('The quick brown fox jumps over the lazy dog'), 43, 0x9747b28c)).toBe(0x2fa826cd)
  expect(murmur3(utf8('Hello, world!?'), 13, 0x9747b28c)).toBe(0x24884cba)
})
