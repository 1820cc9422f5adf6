import type { BodyArrays } from './bodies.ts'
import type { Octree } from './tree.ts'

/** Rows of moments are weight, x, y, z: one cache line holds two. */
export const momentStride = 4

/**
 * Fills the monopoles of the tree: of every node the weight, the sum of a * m over its bodies, and their
 * weighted centre; beside them position and weight of every body in canonical order, which makes a leaf
 * contiguous. Needed before forces, and again after every build. 32 bytes a body and 32 a node.
 *
 * Sums run in canonical order, relative to the first body of the node: so they do not depend on the
 * order of the input, they keep their precision far from the origin, and the centre of coincident
 * bodies is exactly their position.
 *
 * @param bodies those the tree was built from, where they were.
 * @throws RangeError for a weight a * m that is negative or not finite.
 */
export function computeMoments(tree: Octree, bodies: BodyArrays): void {
  const { moments, nodes } = tree
  if (moments.points.length < momentStride * tree.count) {
    moments.points = new Float64Array(momentStride * tree.order.length)
  }
  if (moments.nodes.length < momentStride * nodes.count) {
    moments.nodes = new Float64Array(momentStride * nodes.next.length)
  }
  gatherPoints(tree, bodies)
  // Children follow their parent, so from the last node to the first they are ready before it.
  for (let node = nodes.count - 1; node >= 0; node--) {
    if (nodes.leaf[node] === 1) sumBodies(tree, node)
    else sumChildren(tree, node)
  }
  moments.current = true
}

function gatherPoints({ count, order, moments: { points } }: Octree, bodies: BodyArrays): void {
  const { x, y, z, mass, activity } = bodies
  for (let rank = 0, row = 0; rank < count; rank++, row += momentStride) {
    const body = order[rank]
    const weight = activity[body] * mass[body]
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`mass and activity of body ${body} must be finite and not negative`)
    }
    points[row] = weight
    points[row + 1] = x[body]
    points[row + 2] = y[body]
    points[row + 3] = z[body]
  }
}

function sumBodies({ nodes, moments }: Octree, node: number): void {
  const { points } = moments
  const from = momentStride * nodes.first[node]
  const to = from + momentStride * nodes.bodies[node]
  const originX = points[from + 1]
  const originY = points[from + 2]
  const originZ = points[from + 3]
  let weight = 0
  let sumX = 0
  let sumY = 0
  let sumZ = 0
  for (let row = from; row < to; row += momentStride) {
    const part = points[row]
    weight += part
    sumX += part * (points[row + 1] - originX)
    sumY += part * (points[row + 2] - originY)
    sumZ += part * (points[row + 3] - originZ)
  }
  writeMoment(moments.nodes, node, weight, originX, originY, originZ, sumX, sumY, sumZ)
}

function sumChildren({ nodes, moments }: Octree, node: number): void {
  const rows = moments.nodes
  const { points } = moments
  const origin = momentStride * nodes.first[node]
  const originX = points[origin + 1]
  const originY = points[origin + 2]
  const originZ = points[origin + 3]
  let weight = 0
  let sumX = 0
  let sumY = 0
  let sumZ = 0
  for (let child = node + 1; child < nodes.next[node]; child = nodes.next[child]) {
    const row = momentStride * child
    const part = rows[row]
    weight += part
    sumX += part * (rows[row + 1] - originX)
    sumY += part * (rows[row + 2] - originY)
    sumZ += part * (rows[row + 3] - originZ)
  }
  writeMoment(rows, node, weight, originX, originY, originZ, sumX, sumY, sumZ)
}

/** A node without weight has its centre at its first body, where nothing ever looks. */
function writeMoment(
  rows: Float64Array,
  node: number,
  weight: number,
  originX: number,
  originY: number,
  originZ: number,
  sumX: number,
  sumY: number,
  sumZ: number,
): void {
  const row = momentStride * node
  const divisor = weight > 0 ? weight : 1
  rows[row] = weight
  rows[row + 1] = originX + sumX / divisor
  rows[row + 2] = originY + sumY / divisor
  rows[row + 3] = originZ + sumZ / divisor
}
