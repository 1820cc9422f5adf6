import type { BodyArrays } from './bodies.ts'
import { type CompareIds, sortCanonically } from './canonical-order.ts'
import type { KeyedBodies } from './morton.ts'
import { allocateNodes, buildNodes, type Nodes } from './nodes.ts'
import { checkCoordinate } from './region.ts'

/**
 * A linear octree: bodies in canonical order and nodes in depth-first preorder, as arrays. Every node's
 * cell is the smallest cell of the absolute grid that holds its bodies, so a parent may be several levels
 * coarser than its children; only the root may instead be the eight cells that meet at the origin.
 *
 * All arrays may be longer than what is used: `count` bodies, `nodes.count` nodes.
 */
export interface Octree {
  count: number
  /** Body index of each rank: the bodies in canonical order. */
  order: Uint32Array
  nodes: Nodes
  /** Sums over the bodies of each node; `computeMoments` fills them, `buildTree` outdates them. */
  moments: Moments
  /** Working memory of the next build that reuses the tree, 22 bytes a body. */
  scratch: { keyed: KeyedBodies; spare: KeyedBodies; splits: Int16Array }
}

/** Rows of weight, x, y, z: one a node, with its weighted centre, and one a body, in canonical order. */
export interface Moments {
  current: boolean
  nodes: Float64Array
  points: Float64Array
}

/** What a caller may say about a build. */
export interface TreeOptions {
  /** Most bodies in a leaf, 1 to 1024; coincident bodies share a leaf of any size. Default 16. */
  leafBodies?: number
  /**
   * Orders coincident bodies. Must be a total order for results that do not depend on the order of the
   * input. Default: in the order of the input.
   */
  compareIds?: CompareIds
  /** A tree to overwrite and return, arrays included where they are long enough. */
  reuse?: Octree
}

/**
 * Builds the octree of all bodies in O(N log N). The order, the nodes and all sums over them depend on
 * the bodies alone, not on the order of the input.
 *
 * @throws RangeError for a coordinate that is not finite or not below 2^40 in size, arrays shorter than
 * the count, and a bad `leafBodies`; `reuse` is then untouched.
 */
export function buildTree(bodies: BodyArrays, options: TreeOptions = {}): Octree {
  const { leafBodies = 16, compareIds = () => 0, reuse } = options
  if (!Number.isInteger(leafBodies) || leafBodies < 1 || leafBodies > 1024) {
    throw new RangeError(`leafBodies must be an integer from 1 to 1024, not ${leafBodies}`)
  }
  checkBodies(bodies)
  const tree = reuse && reuse.order.length >= bodies.count ? reuse : allocateTree(bodies.count, reuse?.nodes)
  tree.count = bodies.count
  tree.moments.current = false
  const straddlesOrigin = bodies.count > 0 && sortCanonically({ bodies, compareIds, ...tree.scratch })
  buildNodes(tree.nodes, bodies, tree.order, tree.scratch.splits, leafBodies, straddlesOrigin)
  return tree
}

function allocateTree(bodyCount: number, nodes: Nodes = allocateNodes(Math.ceil(bodyCount / 3))): Octree {
  const keyedBodies = (): KeyedBodies => ({
    high: new Uint32Array(bodyCount),
    low: new Uint32Array(bodyCount),
    order: new Uint32Array(bodyCount),
  })
  const keyed = keyedBodies()
  return {
    count: 0,
    order: keyed.order,
    nodes,
    moments: { current: false, nodes: new Float64Array(0), points: new Float64Array(0) },
    scratch: { keyed, spare: keyedBodies(), splits: new Int16Array(bodyCount) },
  }
}

function checkBodies(bodies: BodyArrays): void {
  const { count, x, y, z } = bodies
  for (const name of ['x', 'y', 'z', 'mass', 'activity'] as const) {
    if (bodies[name].length < count) throw new RangeError(`${name} is shorter than count, ${count}`)
  }
  for (let body = 0; body < count; body++) {
    // The sum of a coordinate's size and NaN is NaN, so one negated comparison an axis refuses both.
    checkCoordinate('x', x[body])
    checkCoordinate('y', y[body])
    checkCoordinate('z', z[body])
  }
}
