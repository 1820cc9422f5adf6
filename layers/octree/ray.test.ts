import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BodyArrays } from './bodies.ts'
import { firstAlongRay, type Ray, type RayHit } from './ray.ts'
import { awkwardPoint, awkwardWorld } from './test-points.ts'
import { bodiesAt, plummerSphere, uniformSource } from './test-worlds.ts'
import { buildTree, type Octree } from './tree.ts'

/** Looks at every body: |w − t·u|² = r² is solved for the smaller t, as the query does it. */
function bruteForce(tree: Octree, { x, y, z }: BodyArrays, ray: Ray): RayHit | undefined {
  const largest = Math.max(...ray.direction.map(Math.abs))
  const scaled = ray.direction.map((component) => component / largest)
  const length = Math.sqrt(scaled[0] ** 2 + scaled[1] ** 2 + scaled[2] ** 2)
  const unit = scaled.map((component) => component / length)
  let best: RayHit | undefined
  for (const index of tree.order.subarray(0, tree.count)) {
    const w = [x[index] - ray.origin[0], y[index] - ray.origin[1], z[index] - ray.origin[2]]
    const along = w[0] * unit[0] + w[1] * unit[1] + w[2] * unit[2]
    const across = w.map((component, axis) => component - along * unit[axis])
    const square = ([a, b, c]: number[]) => a * a + b * b + c * c
    const rest = ray.radius * ray.radius - square(across)
    const isInside = square(w) <= ray.radius * ray.radius
    if (!isInside && (along < 0 || rest < 0)) continue
    const distance = isInside ? 0 : Math.max(0, along - Math.sqrt(rest))
    if (distance <= ray.maxDistance && (best === undefined || distance < best.distance))
      best = { index, distance }
  }
  return best
}

const component = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -1, max: 1, noNaN: true }))
const direction = fc
  .tuple(component, component, component, fc.constantFrom(1, 1e-200, 1e200, 2 ** 40))
  .map(([x, y, z, scale]): [number, number, number] => [x * scale, y * scale, z * scale])
  .filter((vector) => vector.some((value) => value !== 0))
const radius = fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.constantFrom(0, 0.5, 1, 1e12, 1e200))
const maxDistance = fc.oneof(
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.constantFrom(0, 1, 2, 1e12, Number.POSITIVE_INFINITY),
)

const ray = (more: Partial<Ray>): Ray => ({
  ...{ origin: [0, 0, 0], direction: [1, 0, 0], radius: 0, maxDistance: Number.POSITIVE_INFINITY },
  ...more,
})

describe('firstAlongRay', () => {
  it('equals a search of all bodies', () => {
    const rays = fc.record({ origin: awkwardPoint, direction, radius, maxDistance })
    fc.assert(
      fc.property(awkwardWorld, rays, fc.integer({ min: 1, max: 20 }), (points, cast, leafBodies) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies, { leafBodies })
        expect(firstAlongRay(tree, bodies, cast)).toEqual(bruteForce(tree, bodies, cast))
      }),
      {
        numRuns: 1_000,
        examples: [
          [
            [
              [-5e-324, 0, 5e-324],
              [3, 3, 3],
            ],
            { origin: [0, 0, 0], direction: [1, 0, 0], radius: 0, maxDistance: 1 },
            1,
          ],
        ],
      },
    )
  })

  it('equals a search of all bodies of a dense world, from inside and from afar', () => {
    const bodies = plummerSphere(3_000)
    const tree = buildTree(bodies)
    const random = uniformSource(7)
    const vector = (size: number) => [1, 2, 3].map(() => size * (random() - 0.5)) as [number, number, number]
    let hits = 0
    for (let k = 0; k < 300; k++) {
      const origin = vector(k % 2 === 0 ? 2 : 2 ** 39)
      const towards = k % 2 === 0 ? vector(1) : (origin.map((value) => -value) as [number, number, number])
      const cast = ray({ origin, direction: towards, radius: k % 2 === 0 ? 0.01 * (k % 7) : 0.1 })
      const found = firstAlongRay(tree, bodies, cast)
      expect(found).toEqual(bruteForce(tree, bodies, cast))
      hits += found === undefined ? 0 : 1
    }
    expect(hits).toBeGreaterThan(100)
  })

  it('answers where the ray comes within the radius, at the origin for a body that already is', () => {
    const bodies = bodiesAt([
      [10, 3, 0],
      [20, 0, 0],
      [-1, 0, 0],
    ])
    const tree = buildTree(bodies)
    expect(firstAlongRay(tree, bodies, ray({ radius: 5, origin: [5, 0, 0] }))).toEqual({
      index: 0,
      distance: 1,
    })
    expect(firstAlongRay(tree, bodies, ray({ radius: 2 }))).toEqual({ index: 2, distance: 0 })
    expect(firstAlongRay(tree, bodies, ray({ direction: [1e-300, 0, 0] }))).toEqual({
      index: 1,
      distance: 20,
    })
    expect(firstAlongRay(tree, bodies, ray({ maxDistance: 20 }))).toMatchObject({ index: 1 })
    expect(firstAlongRay(tree, bodies, ray({ maxDistance: 19.9 }))).toBeUndefined()
    expect(firstAlongRay(tree, bodies, ray({ direction: [0, 1, 0], radius: 0.5 }))).toBeUndefined()
  })

  it('takes the first in canonical order of bodies at one distance', () => {
    const bodies = bodiesAt([
      [5, 1, 0],
      [5, -1, 0],
      [5, -1, 0],
      [5, 0, 1],
    ])
    const tree = buildTree(bodies, { leafBodies: 1, compareIds: (i, j) => j - i })
    expect(firstAlongRay(tree, bodies, ray({ radius: 1 }))).toEqual({ index: 2, distance: 5 })
  })

  it('finds nothing in an empty world', () => {
    const bodies = bodiesAt([])
    expect(firstAlongRay(buildTree(bodies), bodies, ray({ radius: 9 }))).toBeUndefined()
  })

  it('refuses bad arguments by name', () => {
    const bodies = bodiesAt([[0, 0, 0]])
    const tree = buildTree(bodies)
    const cast = (more: Partial<Ray>) => () => firstAlongRay(tree, bodies, ray(more))
    expect(cast({ origin: [0, 2 ** 40, 0] })).toThrow(/^origin\[1\] must/)
    expect(cast({ direction: [0, 0, Number.POSITIVE_INFINITY] })).toThrow(/^direction\[2\] must/)
    expect(cast({ direction: [0, -0, 0] })).toThrow(/^direction must not be 0/)
    expect(cast({ radius: -1 })).toThrow(/^radius must/)
    expect(cast({ radius: Number.POSITIVE_INFINITY })).toThrow(/^radius must/)
    expect(cast({ maxDistance: Number.NaN })).toThrow(/^maxDistance must/)
  })
})
