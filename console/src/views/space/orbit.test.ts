import fc from 'fast-check'
import { expect, it } from 'vitest'
import { between, eyeOf, type Orbit, orbitAround, pan, turn, zoom } from './orbit.ts'

const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const orbits = fc.record({
  target: fc.tuple(coordinate, coordinate, coordinate),
  distance: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
  azimuth: fc.double({ min: -7, max: 7, noNaN: true }),
  polar: fc.double({ min: 0.02, max: 3.1, noNaN: true }),
})
const distanceOf = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!)

it('the eye is as far from the target as it is said to be, whatever is up', () => {
  fc.assert(
    fc.property(orbits, fc.constantFrom('y' as const, 'z' as const), (orbit, up) => {
      expect(Math.abs(distanceOf(eyeOf(orbit, up), orbit.target) - orbit.distance)).toBeLessThan(
        1e-6 * (1 + orbit.distance + 1e6),
      )
      const moved = pan(orbit, 0.3, 0.4, up)
      expect(distanceOf(moved.target, orbit.target) / orbit.distance).toBeCloseTo(0.5, 3)
    }),
  )
})

it('a flight begins and ends where it should', () => {
  fc.assert(
    fc.property(orbits, orbits, (from, to) => {
      expect(between(from, to, 1)).toMatchObject({ target: to.target, distance: to.distance })
      expect(between(from, to, 0)).toMatchObject({ distance: from.distance })
      const half = between(from, to, 0.5).distance
      expect(half).toBeGreaterThanOrEqual(Math.min(from.distance, to.distance) * 0.999)
      expect(half).toBeLessThanOrEqual(Math.max(from.distance, to.distance) * 1.001)
    }),
  )
})

it('never turns over the poles, nor comes to nothing', () => {
  let orbit: Orbit = orbitAround([0, 0, 0], [0, 0, 0])
  expect(orbit.distance).toBeGreaterThan(0)
  for (let n = 0; n < 100; n++) orbit = zoom(turn(orbit, 0, 1), 0.1)
  expect(orbit.polar).toBeLessThan(Math.PI)
  expect(orbit.distance).toBeGreaterThan(0)
})
