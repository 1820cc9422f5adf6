import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finestExponent } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { bodiesAt, permuted, shuffledIndices, uniformCube, uniformSource } from './test-worlds.ts'
import { buildTree, type Octree } from './tree.ts'

/** Checks what every tree promises; returns how many bodies the leaves hold. */
function checkTree(tree: Octree, bodies: BodyArrays, leafBodies = 32): void {
  const { nodes, order } = tree
  expect(tree.count).toBe(bodies.count)
  expect([...order.subarray(0, tree.count)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: tree.count }, (_, i) => i),
  )
  let nextRank = 0
  for (let node = 0; node < nodes.count; node++) {
    const end = nodes.first[node] + nodes.bodies[node]
    const fits = nodes.bodies[node] <= leafBodies || nodes.exponent[node] === finestExponent
    if (nodes.leaf[node] === 1) {
      if (!fits || nodes.first[node] !== nextRank || nodes.next[node] !== node + 1)
        throw new Error(`leaf ${node}`)
      nextRank = end
    } else {
      checkChildren(tree, node)
      if (fits) throw new Error(`node ${node} should be a leaf`)
    }
    checkCell(tree, bodies, node, end)
  }
  expect(nextRank).toBe(bodies.count)
  if (nodes.count > 0) expect(nodes.next[0]).toBe(nodes.count)
}

function checkChildren({ nodes }: Octree, node: number): void {
  let rank = nodes.first[node]
  let children = 0
  for (let child = node + 1; child < nodes.next[node]; child = nodes.next[child]) {
    if (nodes.first[child] !== rank || nodes.exponent[child] >= nodes.exponent[node])
      throw new Error(`child ${child}`)
    rank += nodes.bodies[child]
    children++
  }
  if (children < 2 || children > 8 || rank !== nodes.first[node] + nodes.bodies[node])
    throw new Error(`node ${node}`)
}

/** A cell lies on the absolute grid and holds its bodies; the eight cells around the origin may be the root. */
function checkCell({ nodes, order }: Octree, { x, y, z }: BodyArrays, node: number, end: number): void {
  const side = 2 ** nodes.exponent[node]
  for (const [axis, corner] of [
    [x, nodes.cells[4 * node]],
    [y, nodes.cells[4 * node + 1]],
    [z, nodes.cells[4 * node + 2]],
  ] as const) {
    const centred = node === 0 && corner === -side / 2
    if (!centred && !Number.isInteger(corner / side)) throw new Error(`corner of node ${node}`)
    for (let rank = nodes.first[node]; rank < end; rank++) {
      const position = axis[order[rank]]
      const cell = centred ? position / side + 0.5 : position / side - corner / side
      if (!(cell >= 0 && cell <= 1)) throw new Error(`rank ${rank} outside node ${node}`)
    }
  }
}

/** Coordinates that meet cell faces, both sides of the origin, and many scales. */
const coordinate = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.double({ min: -(2 ** 39), max: 2 ** 39, noNaN: true }),
  fc.integer({ min: -300, max: 39 }).map((exponent) => -(2 ** exponent)),
  fc.double({ min: 5, max: 5 + 1e-9, noNaN: true }),
  fc.constantFrom(
    -Number.MIN_VALUE,
    Number.MIN_VALUE,
    -0,
    -1e-310,
    2 ** 40 - 2 ** -13,
    -(2 ** 40) + 2 ** -13,
  ),
)
const positions = fc.array(fc.tuple(coordinate, coordinate, coordinate), { maxLength: 120 })

describe('buildTree', () => {
  it('takes a world without bodies', () => {
    expect(buildTree(bodiesAt([])).nodes.count).toBe(0)
  })

  it('takes a world of one body', () => {
    const tree = buildTree(bodiesAt([[5, -3, 2 ** 39]]))
    expect(tree.nodes.count).toBe(1)
    expect([...tree.nodes.cells.subarray(0, 3)]).toEqual([5, -3, 2 ** 39])
  })

  it('roots a world on one side of the origin in the smallest aligned cell', () => {
    const tree = buildTree(
      bodiesAt([
        [9, -9, 13],
        [14, -14, 10],
      ]),
    )
    expect([tree.nodes.exponent[0], tree.nodes.cells[0], tree.nodes.cells[1]]).toEqual([3, 8, -16])
  })

  it('roots a world around the origin in the eight cells that meet there', () => {
    const tree = buildTree(
      bodiesAt([
        [-1e-30, 1, 1],
        [6, 1, 2],
      ]),
      { leafBodies: 1 },
    )
    expect([tree.nodes.exponent[0], tree.nodes.cells[0], tree.nodes.cells[2]]).toEqual([4, -8, -8])
  })

  it('keeps its promises on any world', () => {
    fc.assert(
      fc.property(positions, fc.integer({ min: 1, max: 20 }), (points, leafBodies) => {
        const bodies = bodiesAt(points)
        checkTree(buildTree(bodies, { leafBodies }), bodies, leafBodies)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps its promises on a large world around the origin', () => {
    const bodies = uniformCube(20_000, -3, 7)
    const tree = buildTree(bodies)
    checkTree(tree, bodies)
    expect(tree.nodes.count).toBeLessThan(bodies.count)
  })

  it('puts bodies on a face into the cell above it', () => {
    const faces = [-2, -1, 0, 1, 2].flatMap((x) => [-1, 0, 1].map((y) => [x, y, 4] as const))
    const bodies = bodiesAt(faces)
    checkTree(buildTree(bodies, { leafBodies: 1 }), bodies, 1)
  })

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(positions, fc.nat(), (points, seed) => {
        const bodies = bodiesAt(points.concat(points))
        const permutation = shuffledIndices(bodies.count, seed)
        const tree = buildTree(bodies, { compareIds: (i, j) => i - j })
        const other = buildTree(permuted(bodies, permutation), {
          compareIds: (i, j) => permutation[i] - permutation[j],
        })
        expect(Array.from(other.order, (body) => permutation[body])).toEqual([...tree.order])
        expect(other.nodes).toEqual(tree.nodes)
      }),
    )
  })

  it('orders bodies alike for every leaf size', () => {
    const bodies = uniformCube(3_000, -1, 2)
    expect(buildTree(bodies, { leafBodies: 1 }).order).toEqual(buildTree(bodies, { leafBodies: 64 }).order)
  })

  it('gives the same tree from reused arrays, shorter or longer', () => {
    let tree = buildTree(uniformCube(500, 0, 10))
    for (const count of [400, 2_000, 0, 1_999]) {
      const bodies = uniformCube(count, -5, 10, count)
      tree = buildTree(bodies, { reuse: tree })
      checkTree(tree, bodies)
      expect(tree.order.subarray(0, count)).toEqual(buildTree(bodies).order)
    }
  })

  it('puts coincident bodies into one leaf by id', () => {
    const bodies = bodiesAt(Array.from({ length: 5_000 }, () => [1.5, 2.5, -3.5] as const))
    const tree = buildTree(bodies, { compareIds: (i, j) => j - i })
    expect([tree.nodes.count, tree.nodes.leaf[0], tree.nodes.bodies[0]]).toEqual([1, 1, 5_000])
    expect([tree.order[0], tree.order[4_999]]).toEqual([4_999, 0])
  })

  it('resolves a dense cluster beside an outlier at 2^39', () => {
    const bodies = uniformCube(10_000, 7, 1e-9)
    bodies.x[1234] = 2 ** 39
    const tree = buildTree(bodies)
    checkTree(tree, bodies)
    expect(tree.nodes.count).toBeLessThan(bodies.count)
  })

  it('resolves bodies at every scale', () => {
    const bodies = bodiesAt(Array.from({ length: 500 }, (_, k) => [2 ** -k, 3 * 2 ** -k, 0] as const))
    checkTree(buildTree(bodies, { leafBodies: 2 }), bodies, 2)
  })

  it('resolves a million bodies in a pin-head', () => {
    const random = uniformSource(3)
    const bodies = uniformCube(0, 0, 0)
    bodies.count = 1_000_000
    for (const axis of ['x', 'y', 'z'] as const) {
      bodies[axis] = Float64Array.from({ length: bodies.count }, () => 3 + random() * 1e-9)
    }
    bodies.mass = bodies.activity = new Float64Array(bodies.count)
    const { nodes } = buildTree(bodies)
    expect(nodes.count).toBeLessThan(bodies.count / 2)
    expect(Math.max(...nodes.bodies.subarray(1, 1_000))).toBeLessThan(bodies.count)
  })

  it.each([
    ['x', Number.NaN],
    ['y', 2 ** 40],
    ['z', Number.NEGATIVE_INFINITY],
  ] as const)('refuses %s = %d', (axis, value) => {
    const bodies = uniformCube(10, 0, 1)
    bodies[axis][7] = value
    expect(() => buildTree(bodies)).toThrow(new RegExp(`^${axis} must`))
  })

  it('refuses arrays that are too short and a bad leaf size', () => {
    const bodies = { ...uniformCube(10, 0, 1), mass: new Float64Array(9) }
    expect(() => buildTree(bodies)).toThrow(/^mass is shorter/)
    expect(() => buildTree(uniformCube(1, 0, 1), { leafBodies: 0 })).toThrow(/^leafBodies must/)
  })
})
