import { cellSide, finestExponent, gridCell } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'

/**
 * The nodes of an octree in depth-first preorder, node 0 the root; the first `count` of each array. The
 * bodies of a node are the ranks `first` to `first + bodies - 1`. The first child of an inner node is the
 * node after it, and `next` is the node after its whole subtree (`count` after the last), which is also
 * how a child leads to its next sibling. 39 bytes a node.
 */
export interface Nodes {
  count: number
  next: Int32Array
  first: Int32Array
  bodies: Int32Array
  leaf: Uint8Array
  /** The cell has a side of 2^exponent units; `finestExponent` marks bodies that coincide. */
  exponent: Int16Array
  /** Lowest corner of the cell in world units. */
  cornerX: Float64Array
  cornerY: Float64Array
  cornerZ: Float64Array
}

/** Exponents fall from 41 to -512 along a path, so no more cells than this are open at once. */
const maximumDepth = 554

/** Coarser than every cell. */
const noCell = 1024

/** The cells open at the rank at hand, coarsest first: exponent, end rank, nodes written before its own. */
const openExponents = new Int16Array(maximumDepth + 1).fill(noCell, 0, 1)
const openEnds = new Uint32Array(maximumDepth + 1)
const openStarts = new Uint32Array(maximumDepth + 1)

/** Empty nodes with room for `capacity`. */
export function allocateNodes(capacity: number): Nodes {
  return {
    count: 0,
    next: new Int32Array(capacity),
    first: new Int32Array(capacity),
    bodies: new Int32Array(capacity),
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
  nodes.count = stackNodes(nodes, splits, bodies.count, leafBodies)
  finishNodes(nodes, bodies, order)
  if (straddlesOrigin) centreRoot(nodes)
}

/**
 * Writes the nodes from the end of the arrays downwards in one pass over the ranks, last to first: a cell
 * after its children, so that the arrays come out in preorder. `next` is left as the number of nodes
 * written before the subtree. A cell that turns out to fit a leaf takes the place of what is below it.
 *
 * One pass costs 20 ms for 1,000,000 bodies where a search for the children of each node from the root
 * down costs 70.
 *
 * @returns the number of nodes.
 */
function stackNodes(nodes: Nodes, splits: Int16Array, bodyCount: number, leafBodies: number): number {
  let { next, first, exponent } = nodes
  let written = 0
  let depth = 0
  let openExponent = noCell
  for (let rank = bodyCount - 1; rank >= 0; rank--) {
    // One point and all open cells may start at this rank.
    if (next.length - written <= depth + 1) ({ next, first, exponent } = growNodes(nodes))
    const last = next.length - 1
    let end = rank + 1
    let start = written
    while (rank > 0 && splits[rank] === finestExponent) rank--
    let node = last - written++
    next[node] = start
    first[node] = rank
    exponent[node] = finestExponent

    // The body before lies outside the cells finer than its split: they start here.
    const split = rank > 0 ? splits[rank] : noCell - 1
    while (openExponent < split) {
      end = openEnds[depth]
      start = openStarts[depth]
      if (end - rank <= leafBodies) written = start
      node = last - written++
      next[node] = start
      first[node] = rank
      exponent[node] = openExponent
      openExponent = openExponents[--depth]
    }
    if (openExponent > split && rank > 0) {
      openExponents[++depth] = openExponent = split
      openEnds[depth] = end
      openStarts[depth] = start
    }
  }
  return written
}

/** Moves the nodes to the front of their arrays and derives what the pass over the ranks left open. */
function finishNodes(nodes: Nodes, bodies: BodyArrays, order: Uint32Array): void {
  const { count, next, first, exponent } = nodes
  for (const column of [next, first, exponent]) column.copyWithin(0, column.length - count)
  for (let node = 0; node < count; node++) {
    next[node] = count - next[node]
    nodes.leaf[node] = next[node] === node + 1 ? 1 : 0
    nodes.bodies[node] = (next[node] < count ? first[next[node]] : bodies.count) - first[node]
    placeCorner(nodes, node, bodies, order[first[node]])
  }
}

function placeCorner(nodes: Nodes, node: number, { x, y, z }: BodyArrays, body: number): void {
  const side = cellSide(nodes.exponent[node])
  nodes.cornerX[node] = gridCell(x[body], 1 / side) * side
  nodes.cornerY[node] = gridCell(y[body], 1 / side) * side
  nodes.cornerZ[node] = gridCell(z[body], 1 / side) * side
}

function centreRoot(nodes: Nodes): void {
  const corner = -cellSide(nodes.exponent[0]) / 2
  nodes.cornerX[0] = corner
  nodes.cornerY[0] = corner
  nodes.cornerZ[0] = corner
}

/** Makes room for half as many nodes again, in front of those written so far. */
function growNodes(nodes: Nodes): Nodes {
  const larger = allocateNodes(Math.ceil(nodes.next.length * 1.5) + maximumDepth)
  const offset = larger.next.length - nodes.next.length
  larger.next.set(nodes.next, offset)
  larger.first.set(nodes.first, offset)
  larger.exponent.set(nodes.exponent, offset)
  return Object.assign(nodes, larger)
}
