import fc from 'fast-check'
import { expect, it } from 'vitest'
import { spread } from './moments.ts'

it('spreads seqs from the first to the last, in order, each once, none more than a step from where it should be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 1e12 }), fc.integer({ min: 2, max: 200 }), (last, points) => {
      const seqs = spread(last, points)
      expect([seqs[0], seqs.at(-1), seqs.length]).toEqual([1, last, Math.min(last, points)])
      for (let n = 1; n < seqs.length; n++) expect(seqs[n]).toBeGreaterThan(seqs[n - 1]!)
    }),
  )
  expect([spread(0, 9), spread(1, 9)]).toEqual([[], [1]])
})
