import { cellSide, finestExponent } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'

/**
 * The nodes of an octree in depth-first preorder, node 0 the root; the first `count` of each array. The
 * bodies of a node are the ranks `first` to `first + bodies - 1`. The first child of an inner node is the
 * node after it, and `next` is the node after its whole subtree (`count` after the last), which is also
 * how a child leads to its next sibling. 39 bytes a node.
 */
export interface Nodes {
  count: number
  next: Uint32Array
  first: Uint32Array
  bodies: Uint32Array
  leaf: Uint8Array
  /** The cell has a side of 2^exponent units; `finestExponent` marks bodies that coincide. */
  exponent: Int16Array
  /** Lowest corner of the cell in world units. */
  cornerX: Float64Array
  cornerY: Float64Array
  cornerZ: Float64Array
}

/** Exponents fall from 41 to -512 along a path, so it has at most this many nodes. */
const maximumDepth = 554

/** Ranges that wait for their node: each is a start and an end; up to seven siblings at each depth. */
const waiting = new Uint32Array(2 * 8 * maximumDepth)

/** Nodes whose subtree is still open, outermost first. */
const open = new Uint32Array(maximumDepth)

/** First ranks of the children of the node at hand, at most eight. */
const childStarts = new Uint32Array(8)

/** Empty nodes with room for `capacity`. */
export function allocateNodes(capacity: number): Nodes {
  return {
    count: 0,
    next: new Uint32Array(capacity),
    first: new Uint32Array(capacity),
    bodies: new Uint32Array(capacity),
    leaf: new Uint8Array(capacity),
    exponent: new Int16Array(capacity),
    cornerX: new Float64Array(capacity),
    cornerY: new Float64Array(capacity),
    cornerZ: new Float64Array(capacity),
  }
}

/**
 * Overwrites `nodes` with the nodes over bodies in canonical order; the arrays grow when they must.
 *
 * @param splits exponent of the smallest common cell of each rank and the one before it.
 * @param straddlesOrigin whether the root is the eight cells that meet at the origin.
 */
export function buildNodes(
  nodes: Nodes,
  bodies: BodyArrays,
  order: Uint32Array,
  splits: Int16Array,
  leafBodies: number,
  straddlesOrigin: boolean,
): void {
  nodes.count = 0
  let openCount = 0
  let waitingCount = 0
  if (bodies.count > 0) {
    waiting[0] = 0
    waiting[1] = bodies.count
    waitingCount = 2
  }
  while (waitingCount > 0) {
    waitingCount -= 2
    const from = waiting[waitingCount]
    const to = waiting[waitingCount + 1]
    if (nodes.count === nodes.next.length) growNodes(nodes)
    const node = nodes.count++
    while (openCount > 0 && from >= endRank(nodes, open[openCount - 1])) nodes.next[open[--openCount]] = node
    open[openCount++] = node

    // The coarsest split in the range is the node's cell; the ranks where it occurs start its children.
    let exponent = finestExponent
    let children = 1
    for (let rank = from + 1; rank < to; rank++) {
      const split = splits[rank]
      if (split < exponent) continue
      if (split > exponent) {
        exponent = split
        children = 1
      }
      if (exponent > finestExponent) childStarts[children++] = rank
    }
    const leaf = to - from <= leafBodies || exponent === finestExponent
    nodes.first[node] = from
    nodes.bodies[node] = to - from
    nodes.leaf[node] = leaf ? 1 : 0
    nodes.exponent[node] = exponent
    placeCorner(nodes, node, bodies, order[from])
    if (leaf) continue
    childStarts[0] = from
    let end = to
    for (let child = children - 1; child >= 0; child--) {
      waiting[waitingCount++] = childStarts[child]
      waiting[waitingCount++] = end
      end = childStarts[child]
    }
  }
  while (openCount > 0) nodes.next[open[--openCount]] = nodes.count
  if (straddlesOrigin) centreRoot(nodes)
}

function endRank(nodes: Nodes, node: number): number {
  return nodes.first[node] + nodes.bodies[node]
}

function placeCorner(nodes: Nodes, node: number, { x, y, z }: BodyArrays, body: number): void {
  const side = cellSide(nodes.exponent[node])
  nodes.cornerX[node] = Math.floor(x[body] / side) * side
  nodes.cornerY[node] = Math.floor(y[body] / side) * side
  nodes.cornerZ[node] = Math.floor(z[body] / side) * side
}

function centreRoot(nodes: Nodes): void {
  const corner = -cellSide(nodes.exponent[0]) / 2
  nodes.cornerX[0] = corner
  nodes.cornerY[0] = corner
  nodes.cornerZ[0] = corner
}

function growNodes(nodes: Nodes): void {
  const larger = allocateNodes(Math.ceil(nodes.next.length * 1.5) + 8)
  larger.next.set(nodes.next)
  larger.first.set(nodes.first)
  larger.bodies.set(nodes.bodies)
  larger.leaf.set(nodes.leaf)
  larger.exponent.set(nodes.exponent)
  larger.cornerX.set(nodes.cornerX)
  larger.cornerY.set(nodes.cornerY)
  larger.cornerZ.set(nodes.cornerZ)
  Object.assign(nodes, larger, { count: nodes.count })
}
