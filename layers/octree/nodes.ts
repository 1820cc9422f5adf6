/**
 * The nodes of an octree in depth-first preorder, node 0 the root; the first `count` of each array. The
 * bodies of a node are the ranks `first` to `first + bodies - 1`. The first child of an inner node is the
 * node after it, and `next` is the node after its whole subtree (`count` after the last), which is also
 * how a child leads to its next sibling. 47 bytes a node.
 */
export interface Nodes {
  count: number
  next: Int32Array
  first: Int32Array
  bodies: Int32Array
  leaf: Uint8Array
  /** The cell has a side of 2^exponent units; `finestExponent` marks bodies that coincide. */
  exponent: Int16Array
  /** Rows of `cellStride`: the cell's lowest corner x, y, z and its side, in world units. */
  cells: Float64Array
}

export const cellStride = 4
