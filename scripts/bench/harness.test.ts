import { expect, it } from 'vitest'
import { atLeast, atMost, figure, median, sample } from './harness.ts'

it('takes the middle, and the mean of the two middles', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(() => median([])).toThrow(RangeError)
})

it('tells the spread', () => {
  expect(figure('rows', 'rows/s', [30, 10, 20])).toEqual({
    ...{ name: 'rows', unit: 'rows/s', median: 20, min: 10, max: 30, runs: 3 },
  })
})

it('knows which way a goal points', () => {
  expect(atLeast('speed', 0.5, 0.5).holds && !atLeast('speed', 0.49, 0.5).holds).toBe(true)
  expect(atMost('memory', 150, 150).holds && !atMost('memory', 151, 150).holds).toBe(true)
})

it('drops the runs that warm up', async () => {
  const runs: number[] = []
  const values = await sample(
    2,
    async (run) => {
      runs.push(run)
      return run
    },
    1,
  )
  expect([runs, values]).toEqual([
    [-1, 0, 1],
    [0, 1],
  ])
})
