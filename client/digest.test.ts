import { describe, expect, it } from 'vitest'
import { placeHash, regionAt, regionBox, regionSums } from './digest.ts'
import { murmur3 } from './murmur3.ts'

const bytesOf = (id: string, ...position: number[]) =>
  new Uint8Array([...Buffer.from(id, 'utf8'), ...new Uint8Array(Float64Array.from(position).buffer)])

describe('digests', () => {
  it('hash the id and the place', () => {
    for (const id of ['a', 'Ünï💠', 'x'.repeat(2000)]) {
      const bytes = bytesOf(id, 1, -2.5, 1e12)
      expect(placeHash(id, [1, -2.5, 1e12])).toBe(murmur3(bytes))
    }
    // the vector of docs/sync-protocol.md
    expect(placeHash('tree-1', [1, 2.5, -3]).toString(16)).toBe('c9df3d1e')
  })

  it('tell −0 as 0', () => {
    expect(placeHash('a', [-0, 0, -0])).toBe(placeHash('a', [0, 0, 0]))
  })

  it('sum up modulo 2^32, whatever the order', () => {
    const entities = Array.from({ length: 50 }, (_, n) => ({
      ...{ id: `e${n}`, classType: 'Tree', position: [n % 3, -1, 0.5] as const },
    }))
    const sums = regionSums(entities, 1)
    expect(sums).toEqual(regionSums(entities.toReversed(), 1))
    expect([...sums].map(([region, { count }]) => [region, count])).toEqual([
      ['1:0:-1:0', 34],
      ['1:1:-1:0', 16],
    ])
    const hash = entities.reduce(
      (sum, { id, position }) => (position[0] < 2 ? sum + BigInt(placeHash(id, position)) : sum),
      0n,
    )
    expect(BigInt(sums.get('1:0:-1:0')!.hash)).toBe(hash % 2n ** 32n)
  })

  it('name regions by the floor of the position', () => {
    expect(regionAt([-0.5, 63.9, 64], 6)).toBe('6:-1:0:1')
    expect(regionAt([-0, 0, -64], 6)).toBe('6:0:0:-1')
    expect(regionBox('6:-1:0:1')).toEqual([-64, 0, 64, 0, 64, 128])
    expect(regionAt([0.3, 0, 0], -2)).toBe('-2:1:0:0')
  })
})
