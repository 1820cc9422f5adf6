import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fluxPosition } from './flux.ts'

describe('flux position', () => {
  it.each([
    [[0, 0, 0], 9],
    [[0.4, -0.4, 0.49], 9],
    [[1, 0, 0], 1],
    [[1, 1, 1], 3],
    [[-3, 2, -4], 9],
    [[10, 0, 0], 1],
    [[0.5, 0, 0], 1],
    [[-0.5, 0, 0], 9],
  ] as [[number, number, number], number][])('of %j is %i', (position, flux) => {
    expect(fluxPosition(position)).toBe(flux)
  })

  it('is a digit of 1 to 9, and the same for the mirror image of whole coordinates', () => {
    const axis = fc.integer({ min: -(2 ** 40) + 1, max: 2 ** 40 - 1 })
    fc.assert(
      fc.property(axis, axis, axis, (x, y, z) => {
        const flux = fluxPosition([x, y, z])
        expect(flux).toBeGreaterThanOrEqual(1)
        expect(flux).toBeLessThanOrEqual(9)
        expect(fluxPosition([-x, -y, -z])).toBe(flux)
      }),
    )
  })
})
