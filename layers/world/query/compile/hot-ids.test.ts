import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextDouble } from './hot-ids.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

it('the next double is beyond the one that was given, with none between them', () => {
  fc.assert(
    fc.property(finite, (value) => {
      const [above, below] = [nextDouble(value, 1), nextDouble(value, -1)]
      expect(below).toBeLessThan(value)
      expect(above).toBeGreaterThan(value)
      expect([value, above]).toContain(value / 2 + above / 2)
      if (Number.isFinite(above)) expect(nextDouble(above, -1) + 0).toBe(value + 0)
    }),
  )
  expect(nextDouble(0, 1)).toBe(Number.MIN_VALUE)
  expect(nextDouble(-Number.MIN_VALUE, 1) + 0).toBe(0)
  expect(nextDouble(Number.MAX_VALUE, 1)).toBe(Infinity)
})
