import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coordinateLimitUnits, parentRegion, parseRegion, regionName } from './region.ts'

const coordinate = fc.double({
  min: -coordinateLimitUnits,
  max: coordinateLimitUnits,
  minExcluded: true,
  maxExcluded: true,
  noNaN: true,
})
const exponent = fc.integer({ min: -13, max: 40 })

describe('regionName', () => {
  it('floors towards minus infinity on both sides of the origin', () => {
    expect(regionName(800, -150, 0.5, 6)).toBe('6:12:-3:0')
    expect(regionName(-64, -64.5, 63.9, 6)).toBe('6:-1:-2:0')
  })

  it('has one name for both zeros', () => {
    expect(regionName(-0, 0, -0, 3)).toBe('3:0:0:0')
  })

  it('puts a negative number too small to tell from zero below the origin', () => {
    expect(regionName(-Number.MIN_VALUE, Number.MIN_VALUE, -1e-300, 12)).toBe('12:-1:0:-1')
  })

  it('does not lose coordinates beyond 32 bits', () => {
    expect(regionName(2 ** 39 + 1, -(2 ** 39) - 1, 0, 0)).toBe('0:549755813889:-549755813889:0')
    expect(regionName(2 ** 40 - 2 ** -13, 1, 1, -13)).toBe('-13:9007199254740991:8192:8192')
  })

  it.each([
    [Number.NaN, 0, 0, 0, 'x'],
    [0, coordinateLimitUnits, 0, 0, 'y'],
    [0, 0, Number.NEGATIVE_INFINITY, 0, 'z'],
    [0, 0, 0, 0.5, 'exponent'],
    [0, 0, 0, 41, 'exponent'],
    [0, 0, 0, -14, 'exponent'],
  ])('refuses (%d, %d, %d) at %d by naming %s', (x, y, z, e, name) => {
    expect(() => regionName(x, y, z, e)).toThrow(new RegExp(`^${name} must`))
  })

  it('names a cell that holds the position', () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, exponent, (x, y, z, e) => {
        const region = parseRegion(regionName(x, y, z, e))
        const side = 2 ** e
        for (const [position, cell] of [
          [x, region.x],
          [y, region.y],
          [z, region.z],
        ]) {
          expect(cell * side).toBeLessThanOrEqual(position)
          expect(position < (cell + 1) * side).toBe(true)
        }
      }),
    )
  })
})

describe('parentRegion', () => {
  it('halves negative coordinates downwards', () => {
    expect(parentRegion('6:12:-3:0')).toBe('7:6:-2:0')
    expect(parentRegion('6:-1:1:-2')).toBe('7:-1:0:-1')
  })

  it('names the region of the next exponent at the same position', () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, fc.integer({ min: -13, max: 39 }), (x, y, z, e) => {
        expect(parentRegion(regionName(x, y, z, e))).toBe(regionName(x, y, z, e + 1))
      }),
    )
  })

  it('has no parent above the coarsest regions', () => {
    expect(() => parentRegion('40:-1:0:0')).toThrow(RangeError)
  })
})

describe('parseRegion', () => {
  it('reads what regionName writes', () => {
    expect(parseRegion('-2:5:-6:0')).toEqual({ exponent: -2, x: 5, y: -6, z: 0 })
  })

  it.each([
    '',
    '*',
    '6:1:2',
    '6:1:2:3:4',
    '6:01:2:3',
    '6:-0:2:3',
    '6:1.5:2:3',
    '6:1e3:2:3',
    '41:0:0:0',
    '40:1:0:0',
  ])('refuses %j', (name) => {
    expect(() => parseRegion(name)).toThrow(RangeError)
  })
})
