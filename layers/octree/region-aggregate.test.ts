import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BodyArrays } from './bodies.ts'
import { comparePositions } from './canonical-place.ts'
import type { Point } from './queries.ts'
import { parentRegion, parseRegion, regionName } from './region.ts'
import { aggregateRegions, type RegionAggregate, type RegionsOptions } from './region-aggregate.ts'
import { awkwardWorld } from './test-points.ts'
import { bodiesAt, uniformCube } from './test-worlds.ts'
import { buildTree, type Octree } from './tree.ts'

const ancestor = (name: string, exponent: number): string =>
  parseRegion(name).exponent === exponent ? name : ancestor(parentRegion(name), exponent)

const cornerOf = (name: string): Point => {
  const { exponent, x, y, z } = parseRegion(name)
  return [x * 2 ** exponent, y * 2 ** exponent, z * 2 ** exponent]
}

/** Groups all bodies by the name of their region. */
function bruteForce(
  tree: Octree,
  { x, y, z, mass, activity }: BodyArrays,
  exponent: number,
  parent: string | undefined,
): RegionAggregate[] {
  const groups = Map.groupBy(tree.order, (body) => regionName(x[body], y[body], z[body], exponent))
  return [...groups]
    .filter(([name]) => parent === undefined || ancestor(name, parseRegion(parent).exponent) === parent)
    .sort(([a], [b]) => comparePositions(cornerOf(a), cornerOf(b)))
    .map(([name, members]) => {
      const mean = members.reduce((sum, body) => sum + activity[body], 0) / members.length
      const squares = members.reduce((sum, body) => sum + (activity[body] - mean) ** 2, 0)
      const along = (column: Float64Array) => members.map((body) => column[body])
      return {
        ...{ name, count: members.length, activityMean: mean, activityVariance: squares / members.length },
        weight: members.reduce((sum, body) => sum + mass[body] * activity[body], 0),
        min: [Math.min(...along(x)), Math.min(...along(y)), Math.min(...along(z))],
        max: [Math.max(...along(x)), Math.max(...along(y)), Math.max(...along(z))],
      }
    })
}

/** With one zero. */
const withPlusZero = (regions: RegionAggregate[]) =>
  regions.map(({ min, max, ...more }) => ({ ...more, bounds: [...min, ...max].map((value) => value + 0) }))

/** Sums but for what another order of rounding does to them. */
const approximately = (regions: RegionAggregate[]) =>
  withPlusZero(regions).map(({ weight, activityMean, activityVariance, ...exact }) => ({
    ...exact,
    weight: expect.closeTo(weight, 9),
    activityMean: expect.closeTo(activityMean, 9),
    activityVariance: expect.closeTo(activityVariance, 9),
  }))

const exponents = fc.oneof(fc.integer({ min: -13, max: 40 }), fc.integer({ min: -2, max: 3 }))

describe('aggregateRegions', () => {
  it('equals a grouping of all bodies, in any parent', () => {
    const args = [awkwardWorld, exponents, fc.nat(40), fc.nat(), fc.integer({ min: 1, max: 20 })] as const
    fc.assert(
      fc.property(...args, (points, exponent, coarser, pick, leafBodies) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies, { leafBodies })
        const point = pick % 4 === 0 ? undefined : points[pick % (points.length + 1)]
        const parent = point && regionName(...point, Math.min(40, exponent + (coarser % 5)))
        const { regions, more } = aggregateRegions(tree, bodies, exponent, { parent })
        expect(withPlusZero(regions)).toEqual(approximately(bruteForce(tree, bodies, exponent, parent)))
        expect(more).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  it('gives the same regions page by page', () => {
    fc.assert(
      fc.property(awkwardWorld, exponents, fc.integer({ min: 1, max: 9 }), (points, exponent, limit) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies)
        const all = aggregateRegions(tree, bodies, exponent)
        const pages: RegionAggregate[] = []
        for (let more = true; more; ) {
          const page = aggregateRegions(tree, bodies, exponent, { limit, after: pages.at(-1)?.name })
          expect(page.regions.length).toBeLessThanOrEqual(limit)
          pages.push(...page.regions)
          more = page.more
        }
        expect(pages).toEqual(all.regions)
      }),
      { numRuns: 400 },
    )
  })

  it('does not depend on the order of the input', () => {
    const bodies = uniformCube(2_000, -8, 16)
    const reversed = Object.fromEntries(
      (['x', 'y', 'z', 'mass', 'activity'] as const).map((name) => [name, bodies[name].toReversed()]),
    )
    const mirrored = { ...bodies, ...reversed }
    const regions = aggregateRegions(buildTree(bodies), bodies, 2)
    expect(regions.regions).toHaveLength(64)
    expect(aggregateRegions(buildTree(mirrored), mirrored, 2)).toEqual(regions)
  })

  it('goes on after a region that is empty by now, and skips to the parent', () => {
    const bodies = bodiesAt([
      [-5, 0, 0],
      [1, 1, 1],
      [5, 1, 1],
      [700, 700, 700],
    ])
    const tree = buildTree(bodies)
    const names = (options: RegionsOptions) =>
      aggregateRegions(tree, bodies, 0, options).regions.map(({ name }) => name)
    expect(names({ after: '0:2:2:2' })).toEqual(['0:5:1:1', '0:700:700:700'])
    expect(names({ after: '0:-9:0:0', parent: '3:0:0:0' })).toEqual(['0:1:1:1', '0:5:1:1'])
    expect(names({ after: '0:9:0:0', parent: '3:0:0:0' })).toEqual([])
    expect(names({ parent: '0:5:1:1' })).toEqual(['0:5:1:1'])
    expect(names({ parent: '0:6:1:1' })).toEqual([])
  })

  it('has variance 0 where all activities are equal, and no negative one where they nearly are', () => {
    const points = Array.from({ length: 100 }, () => [1, 1, 1] as const)
    const equal = bodiesAt(points, { activity: 0.1 })
    const [region] = aggregateRegions(buildTree(equal), equal, 5).regions
    expect(region).toMatchObject({ count: 100, activityMean: 0.1, activityVariance: 0 })
    const near = bodiesAt(points, { activity: 1e8 })
    near.activity[7] += 1
    const { activityVariance } = aggregateRegions(buildTree(near), near, 5).regions[0]
    expect(activityVariance).toBeCloseTo(0.0099, 9)
  })

  it('refuses bad arguments by name', () => {
    const bodies = bodiesAt([[0, 0, 0]])
    const tree = buildTree(bodies)
    const ask = (exponent: number, options: RegionsOptions) => () =>
      aggregateRegions(tree, bodies, exponent, options)
    expect(ask(41, {})).toThrow(/^exponent must/)
    expect(ask(0, { limit: 0 })).toThrow(/^limit must/)
    expect(ask(3, { parent: '2:0:0:0' })).toThrow(/^parent must/)
    expect(ask(3, { parent: '*' })).toThrow(RangeError)
    expect(ask(3, { after: '2:0:0:0' })).toThrow(/^after must/)
  })
})
