import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finestExponent } from './binary64.ts'
import { referenceNodes, referenceOrder } from './reference.ts'
import { awkwardWorld } from './test-points.ts'
import { bodiesAt, plummerSphere, uniformCube } from './test-worlds.ts'
import { buildTree, type Octree } from './tree.ts'

// keys have 21 bits above the finest cell: where bodies so near to each other lie on both sides of the origin, the root
// that holds them may be as wide as all these bits
const leastRoot = finestExponent + 21

const withRoot = <Node extends { exponent: number | undefined }>(nodes: Node[]): Node[] =>
  nodes.map((node, index) =>
    index === 0 ? { ...node, exponent: Math.max(node.exponent!, leastRoot) } : node,
  )

const nodesOf = ({ nodes }: Octree) =>
  Array.from({ length: nodes.count }, (_, node) => ({
    exponent: nodes.exponent[node],
    first: nodes.first[node],
    bodies: nodes.bodies[node],
  }))

describe('the kernel', () => {
  it('has the order and the nodes of the reference on any world', () => {
    fc.assert(
      fc.property(awkwardWorld, fc.integer({ min: 1, max: 30 }), (points, leafBodies) => {
        const bodies = bodiesAt(points)
        const tree = buildTree(bodies, { leafBodies })
        const order = referenceOrder(bodies)
        expect(tree.order.subarray(0, tree.count)).toEqual(order)
        expect(withRoot(nodesOf(tree))).toEqual(withRoot(referenceNodes(bodies, order, leafBodies)))
      }),
      {
        numRuns: 300,
        examples: [
          [
            [
              [0, 0, -1e-300],
              [0, 0, 0],
            ],
            1,
          ],
        ],
      },
    )
  })

  it.each([
    ['a cube around the origin', uniformCube(4_000, -1, 2)],
    ['a Plummer sphere', plummerSphere(4_000)],
    ['a pin-head far from the origin', uniformCube(4_000, 7, 1e-9)],
  ])('has the order and the nodes of the reference in %s', (_, bodies) => {
    const tree = buildTree(bodies)
    const order = referenceOrder(bodies)
    expect(tree.order.subarray(0, tree.count)).toEqual(order)
    expect(nodesOf(tree)).toEqual(referenceNodes(bodies, order, 32))
  })
})
