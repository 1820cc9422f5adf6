import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BodyArrays } from './bodies.ts'
import { bodiesWithin, type Neighbours, nearest, type Point, withinBox, withinSphere } from './queries.ts'
import { awkwardPoint, awkwardWorld } from './test-points.ts'
import { bodiesAt, uniformCube } from './test-worlds.ts'
import { buildTree, type Octree } from './tree.ts'

/** All bodies by distance, equal distances in canonical order. */
function byDistance(
  tree: Octree,
  { x, y, z }: BodyArrays,
  [cx, cy, cz]: Point,
): { body: number; square: number }[] {
  return [...tree.order.subarray(0, tree.count)]
    .map((body) => {
      const [dx, dy, dz] = [x[body] - cx, y[body] - cy, z[body] - cz]
      return { body, square: dx * dx + dy * dy + dz * dz }
    })
    .sort((a, b) => a.square - b.square)
}

function neighbours(found: { body: number; square: number }[]): Neighbours {
  return {
    indices: found.map(({ body }) => body),
    distances: found.map(({ square }) => Math.sqrt(square)),
  }
}

const leafBodies = fc.integer({ min: 1, max: 20 })
const limit = fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined })

describe('spatial queries', () => {
  it('withinSphere equals a search of all bodies', () => {
    const radius = fc.oneof(fc.double({ min: 0, max: 6, noNaN: true }), fc.constantFrom(0, 1, 2, 1e12))
    fc.assert(
      fc.property(awkwardWorld, awkwardPoint, radius, limit, leafBodies, (points, centre, r, most, leaf) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies, { leafBodies: leaf })
        const expected = byDistance(tree, bodies, centre).filter(({ square }) => square <= r * r)
        expect(withinSphere(tree, bodies, ...centre, r, most)).toEqual(neighbours(expected.slice(0, most)))
        const inside = new Set(expected.map(({ body }) => body))
        const ordered = [...tree.order.subarray(0, tree.count)].filter((body) => inside.has(body))
        expect(bodiesWithin(tree, bodies, ...centre, r)).toEqual(ordered)
      }),
      { numRuns: 400 },
    )
  })

  it('nearest equals a search of all bodies', () => {
    fc.assert(
      fc.property(
        awkwardWorld,
        awkwardPoint,
        fc.integer({ min: 1, max: 200 }),
        leafBodies,
        (points, centre, k, leaf) => {
          const bodies = bodiesAt(points)
          const tree = buildTree(bodies, { leafBodies: leaf })
          const expected = byDistance(tree, bodies, centre).slice(0, k)
          expect(nearest(tree, bodies, ...centre, k)).toEqual(neighbours(expected))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('withinBox equals a search of all bodies, faces included', () => {
    fc.assert(
      fc.property(
        awkwardWorld,
        awkwardPoint,
        awkwardPoint,
        leafBodies,
        limit,
        (points, one, other, leaf, most) => {
          const bodies = bodiesAt(points)
          const tree = buildTree(bodies, { leafBodies: leaf })
          const low = one.map((value, axis) => Math.min(value, other[axis])) as [number, number, number]
          const high = one.map((value, axis) => Math.max(value, other[axis])) as [number, number, number]
          const expected = [...tree.order].filter((body) =>
            points[body].every((value, axis) => value >= low[axis] && value <= high[axis]),
          )
          expect(withinBox(tree, bodies, low, high, most).indices).toEqual(expected.slice(0, most))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('finds the same in a large world around the origin', () => {
    const bodies = uniformCube(5_000, -3, 7)
    const tree = buildTree(bodies)
    const centre: Point = [0.25, -0.5, 1]
    const expected = byDistance(tree, bodies, centre)
    expect(nearest(tree, bodies, ...centre, 12)).toEqual(neighbours(expected.slice(0, 12)))
    const near = expected.filter(({ square }) => square <= 1.44)
    expect(near.length).toBeGreaterThan(50)
    expect(withinSphere(tree, bodies, ...centre, 1.2)).toEqual(neighbours(near))
  })

  it('finds more than the kernel has room for', () => {
    const bodies = uniformCube(40_000, -1, 2)
    const tree = buildTree(bodies)
    const all = tree.order.subarray(0, tree.count)
    expect(Uint32Array.from(bodiesWithin(tree, bodies, 0, 0, 0, 9))).toEqual(all)
    expect(withinSphere(tree, bodies, 0, 0, 0, 9).indices).toHaveLength(40_000)
    expect(nearest(tree, bodies, 0, 0, 0, 20_000).distances).toEqual(
      withinSphere(tree, bodies, 0, 0, 0, 9).distances.slice(0, 20_000),
    )
  })

  it('finds nothing in an empty world', () => {
    const bodies = bodiesAt([])
    const tree = buildTree(bodies)
    expect(withinSphere(tree, bodies, 0, 0, 0, 5)).toEqual({ indices: [], distances: [] })
    expect(nearest(tree, bodies, 0, 0, 0, 5)).toEqual({ indices: [], distances: [] })
    expect(withinBox(tree, bodies, [0, 0, 0], [1, 1, 1])).toEqual({ indices: [] })
  })

  it('refuses bad arguments by name', () => {
    const bodies = uniformCube(3, 0, 1)
    const tree = buildTree(bodies)
    expect(() => withinSphere(tree, bodies, 0, Number.NaN, 0, 1)).toThrow(/^cy must/)
    expect(() => withinSphere(tree, bodies, 0, 0, 0, -1)).toThrow(/^radius must/)
    expect(() => withinSphere(tree, bodies, 0, 0, 0, Number.POSITIVE_INFINITY)).toThrow(/^radius must/)
    expect(() => withinSphere(tree, bodies, 0, 0, 0, 1, 0)).toThrow(/^limit must/)
    expect(() => nearest(tree, bodies, 2 ** 40, 0, 0, 1)).toThrow(/^cx must/)
    expect(() => nearest(tree, bodies, 0, 0, 0, 1.5)).toThrow(/^k must/)
    expect(() => withinBox(tree, bodies, [0, 2, 0], [1, 1, 1])).toThrow(/^min\[1\] must not exceed/)
    expect(() => withinBox(tree, bodies, [0, 0, 0], [1, 1, Number.NaN])).toThrow(/^max\[2\] must/)
    expect(() => withinBox(tree, bodies, [0, 0, 0], [1, 1, 1], 0.5)).toThrow(/^limit must/)
  })
})
