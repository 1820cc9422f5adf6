import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regionName } from './region.ts'
import { withinRegion } from './region-range.ts'
import { awkwardPoint, awkwardWorld } from './test-points.ts'
import { bodiesAt } from './test-worlds.ts'
import { buildTree } from './tree.ts'

const exponents = fc.oneof(fc.integer({ min: -13, max: 40 }), fc.integer({ min: -2, max: 3 }))

describe('withinRegion', () => {
  it('equals a search of all bodies', () => {
    fc.assert(
      fc.property(awkwardWorld, awkwardPoint, exponents, fc.boolean(), (points, point, exponent, all) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies)
        const name = all ? undefined : regionName(...point, exponent)
        const expected = [...tree.order].filter(
          (body) => name === undefined || regionName(...points[body], exponent) === name,
        )
        expect(withinRegion(tree, bodies, name)).toEqual({ indices: expected, more: false })
      }),
      { numRuns: 400 },
    )
  })

  it('gives the same bodies page by page, coincident ones too', () => {
    fc.assert(
      fc.property(awkwardWorld, exponents, fc.integer({ min: 1, max: 9 }), (points, exponent, limit) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies, { compareIds: (i, j) => i - j })
        const name = points.length === 0 ? undefined : regionName(...points[0], exponent)
        const paged: number[] = []
        for (let more = true; more; ) {
          const last = paged.at(-1)
          const after = last === undefined ? undefined : placeOf(points[last], last)
          const page = withinRegion(tree, bodies, name, { limit, after })
          expect(page.indices.length).toBeLessThanOrEqual(limit)
          paged.push(...page.indices)
          more = page.more
        }
        expect(paged).toEqual(withinRegion(tree, bodies, name).indices)
      }),
      { numRuns: 400 },
    )
  })

  it('finds nothing in an empty world, and nothing after a place beyond the region', () => {
    const none = bodiesAt([])
    expect(withinRegion(buildTree(none), none, '6:0:0:0')).toEqual({ indices: [], more: false })
    const one = bodiesAt([[1, 1, 1]])
    const after = placeOf([900, 0, 0], 5)
    expect(withinRegion(buildTree(one), one, '6:0:0:0', { after, limit: 1 })).toEqual({
      ...{ indices: [], more: false },
    })
  })

  it('refuses bad arguments', () => {
    const bodies = bodiesAt([[0, 0, 0]])
    const tree = buildTree(bodies)
    expect(() => withinRegion(tree, bodies, '6:0:0')).toThrow(RangeError)
    expect(() => withinRegion(tree, bodies, undefined, { limit: 0 })).toThrow(/^limit must/)
  })
})

function placeOf(position: readonly [number, number, number], id: number) {
  return { position, compareId: (body: number) => body - id }
}
