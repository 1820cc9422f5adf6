import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePositions, rankAfter } from './canonical-place.ts'
import { awkwardPoint, awkwardWorld } from './test-points.ts'
import { bodiesAt, plummerSphere } from './test-worlds.ts'
import { buildTree } from './tree.ts'

describe('places in canonical order', () => {
  it('compare as the octree puts its bodies', () => {
    fc.assert(
      fc.property(awkwardWorld, (points) => {
        const { order } = buildTree(bodiesAt(points))
        const expected = points
          .map((position, body) => ({ position, body }))
          .sort((a, b) => comparePositions(a.position, b.position) || a.body - b.body)
        expect([...order]).toEqual(expected.map(({ body }) => body))
      }),
      { numRuns: 400 },
    )
  })

  it('compare so in a dense world around the origin', () => {
    const bodies = plummerSphere(5_000)
    const { order } = buildTree(bodies)
    const at = (rank: number) => {
      const body = order[rank]
      return [bodies.x[body], bodies.y[body], bodies.z[body]] as const
    }
    for (let rank = 1; rank < bodies.count; rank++)
      expect(comparePositions(at(rank - 1), at(rank))).toBeLessThan(0)
  })

  it('divide the ranks: those up to the place, and those after it', () => {
    const anybody = fc.integer({ min: -1, max: 150 })
    fc.assert(
      fc.property(awkwardWorld, awkwardPoint, anybody, (points, position, id) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies)
        const place = { position, compareId: (body: number) => body - id }
        const before = [...tree.order].filter(
          (body) => (comparePositions(points[body], position) || body - id) <= 0,
        )
        expect(rankAfter(tree, bodies, place)).toBe(before.length)
      }),
      { numRuns: 400 },
    )
  })
})
