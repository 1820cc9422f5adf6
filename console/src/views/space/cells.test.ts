import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boxAbout, type CountedCell, cubeOf, exponentFor, fullestBox } from './cells.ts'

const cell = (region: string, count: number): CountedCell => ({
  ...{ ...cubeOf(region), region, count, heat: 0 },
  bounds: { min: [0, 0, 0], max: [0, 0, 0] },
})

it('a region is the cube that it names', () => {
  expect(cubeOf('6:12:-3:0')).toEqual({ min: [768, -192, 0], side: 64 })
  expect(cubeOf('-1:1:2:3')).toEqual({ min: [0.5, 1, 1.5], side: 0.5 })
})

it('cells for an extent are some ten along it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e11, noNaN: true }), (extent) => {
      const along = extent / 2 ** exponentFor(extent)
      expect(along).toBeLessThanOrEqual(10.001)
      expect(along).toBeGreaterThan(4.99)
    }),
  )
})

it('the box of a large world holds about as many as may be held, and the fullest place', () => {
  const cells = [cell('4:0:0:0', 1_000_000), cell('4:1:0:0', 10), cell('4:9:9:9', 50_000)]
  const box = fullestBox(cells, 90_000)
  const side = box[3] - box[0]
  // a cube of so many of a million that are spread over 16³ units
  expect((side / 16) ** 3 * 1_000_000).toBeLessThanOrEqual(90_000)
  expect((side / 16) ** 3 * 1_000_000).toBeGreaterThan(90_000 / 8)
  expect(box[0]).toBeLessThan(8)
  expect(box[3]).toBeGreaterThan(8)
  expect(boxAbout(cells, [152, 152, 152], 90_000)[0]).toBeLessThan(144)
})
