import { describe, expect, it } from 'vitest'
import { philox4x32, uniformTriple } from './counter-rng.ts'

function triple(seedLo: number, seedHi: number, tick: number, idLo: number, idHi: number): number[] {
  const out = new Float64Array(3)
  uniformTriple(seedLo, seedHi, tick, idLo, idHi, out)
  return [...out]
}

describe('philox4x32', () => {
  /** Counter, key and result of the known-answer tests of Random123, tests/kat_vectors. */
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('encrypts %j with %j', (counter, key, expected) => {
    const out = new Uint32Array(4)
    philox4x32(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out)
    expect([...out]).toEqual(expected)
  })
})

describe('uniformTriple', () => {
  it('scales the first three words of the block to [-1, 1)', () => {
    const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c]
    expect(triple(0, 0, 0, 0, 0)).toEqual(words.map((word) => word / 2 ** 31 - 1))
  })

  it('depends on each argument, and on ticks beyond 32 bits', () => {
    const calls: [number, number, number, number, number][] = [
      [1, 2, 3, 4, 5],
      [9, 2, 3, 4, 5],
      [1, 9, 3, 4, 5],
      [1, 2, 9, 4, 5],
      [1, 2, 3 + 2 ** 32, 4, 5],
      [1, 2, 3 + 2 ** 40, 4, 5],
      [1, 2, 3, 9, 5],
      [1, 2, 3, 4, 9],
    ]
    const triples = calls.map((call) => triple(...call).join())
    expect(new Set(triples).size).toBe(calls.length)
    expect(triple(1, 2, 3, 4, 5).join()).toBe(triples[0])
  })

  it('takes signed and unsigned words alike', () => {
    expect(triple(-1, -2, 3, -4, -5)).toEqual(triple(2 ** 32 - 1, 2 ** 32 - 2, 3, 2 ** 32 - 4, 2 ** 32 - 5))
  })

  it('is centred on zero and evenly spread', () => {
    const count = 30_000
    let sum = 0
    let squares = 0
    for (let tick = 0; tick < count; tick++) {
      for (const value of triple(7, 0, tick, 1, 2)) {
        expect(value >= -1 && value < 1).toBe(true)
        sum += value
        squares += value * value
      }
    }
    expect(Math.abs(sum / (3 * count))).toBeLessThan(0.01)
    expect(squares / (3 * count)).toBeCloseTo(1 / 3, 2)
  })
})
