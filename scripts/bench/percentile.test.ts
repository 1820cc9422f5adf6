import { expect, it } from 'vitest'
import { percentile } from './percentile.ts'

it('is the nearest rank', () => {
  const sample = Array.from({ length: 20 }, (_, n) => 20 - n)
  expect([0, 5, 50, 95, 96, 100].map((percent) => percentile(sample, percent))).toEqual([
    1, 1, 10, 19, 20, 20,
  ])
  expect(percentile([7], 95)).toBe(7)
  expect(() => percentile([], 95)).toThrow(RangeError)
})
