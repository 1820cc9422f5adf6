import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CommitEntry } from './commit.ts'
import { decodeEntries, encodeEntries } from './entry-codec.ts'

const whole = fc.oneof(
  fc.constantFrom(
    ...[0, 7, 14, 48, 49, 50, 53, 56, 63, 64, 128].flatMap((bits) => [
      2n ** BigInt(bits) - 1n,
      2n ** BigInt(bits),
    ]),
  ),
  fc.bigInt(0n, 2n ** 200n),
)
const tick = fc.oneof(fc.constantFrom(0, 127, 128, 2 ** 49, Number.MAX_SAFE_INTEGER), fc.maxSafeNat())

const entry: fc.Arbitrary<CommitEntry> = fc.record({
  region: fc.constantFrom('*', '0:0:0:0', '-13:-1099511627776:5:7'),
  correction: fc.boolean(),
  ...{ count: whole, weightSum: whole, activitySum: whole, activitySquares: whole },
  entityRefs: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }),
  ...{ lateFrom: tick, lateTo: tick },
})

test('entries come back as they were, and there is one way to write them', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      const bytes = encodeEntries(entries)
      expect(decodeEntries(bytes)).toEqual(entries)
      expect(encodeEntries(decodeEntries(bytes)).equals(bytes)).toBe(true)
    }),
  )
})

test('bytes that end within an entry are refused', () => {
  fc.assert(
    fc.property(entry, fc.nat(), (one, cut) => {
      const bytes = encodeEntries([one])
      const length = cut % bytes.length
      if (length > 0) expect(() => decodeEntries(bytes.subarray(0, length))).toThrow()
    }),
  )
})

test('a tick that is no safe integer is refused', () => {
  const bytes = encodeEntries([
    {
      region: '*',
      correction: false,
      count: 0n,
      weightSum: 0n,
      activitySum: 0n,
      activitySquares: 0n,
      entityRefs: [],
      lateFrom: 0,
      lateTo: 0,
    },
  ])
  // in place of lateFrom
  const large = Buffer.concat([
    bytes.subarray(0, 7),
    Buffer.from('ffffffffffffffffff01', 'hex'),
    bytes.subarray(8),
  ])
  expect(() => decodeEntries(large)).toThrow('damaged')
})
