import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSample } from './sample.ts'

test('a sample is all that was added, or as much as it may hold with the largest in it', () => {
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 1, max: 50 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999 })),
      (all, limit, random) => {
        const sample = createSample(limit, () => random.next().value)
        for (const value of all) sample.add(value)
        const kept = sample.values()
        expect(kept).toHaveLength(Math.min(limit, all.length))
        expect(Math.max(...kept)).toBe(Math.max(...all))
        for (const value of kept) expect(all).toContain(value)
        if (all.length <= limit) expect(kept).toEqual(all)
      },
    ),
  )
})

test('early and late values are kept alike', () => {
  let early = 0
  for (let run = 0; run < 200; run++) {
    const sample = createSample(10, Math.random)
    for (let value = 0; value < 100; value++) sample.add(value)
    early += sample.values().filter((value) => value < 50).length
  }
  // of 1,800 kept values beside the largest, 50 in 99; 6 standard deviations
  expect(Math.abs(early - 909)).toBeLessThan(127)
})
