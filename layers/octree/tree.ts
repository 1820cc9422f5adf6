import { finestExponent } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { type Kernel, openKernel } from './kernel.ts'
import {
  type KernelArrays,
  layOut,
  layOutSearch,
  type Room,
  readSlot,
  type SearchArrays,
  writeSlot,
} from './kernel-memory.ts'
import { cellStride, type Nodes } from './nodes.ts'
import { checkCoordinate } from './region.ts'
import { runHere, type Work } from './work.ts'

/** Orders two bodies of the same position: negative when body i comes first. */
export type CompareIds = (i: number, j: number) => number

/**
 * A linear octree: bodies in canonical order and nodes in depth-first preorder, as arrays. Every node's
 * cell is the smallest cell of the absolute grid that holds its bodies, so a parent may be several levels
 * coarser than its children; only the root may instead be the eight cells that meet at the origin.
 *
 * Canonical order: by Morton path (x before y before z) down to the finest cell, within a finest cell by x, y, z, and
 * at one position by id. Order and nodes depend on the bodies alone, not on the order of the input.
 *
 * All arrays lie in the memory of a WebAssembly kernel and may be longer than what is used: `count` bodies,
 * `nodes.count` nodes.
 */
export interface SearchTree {
  count: number
  /** Body index of each rank: the bodies in canonical order. */
  order: Uint32Array
  nodes: Nodes
  kernel: Kernel
  arrays: SearchArrays
}

/** One in whose memory it was built, and may be built again and sum the field; the arrays are replaced when it grows. */
export interface Octree extends SearchTree {
  room: Room
  arrays: KernelArrays
}

/** What a caller may say about a build. */
export interface TreeOptions {
  /** Most bodies in a leaf, 1 to 64; coincident bodies share a leaf of any size. Default 32. */
  leafBodies?: number
  /**
   * Orders coincident bodies. Must be a total order for results that do not depend on the order of the
   * input. Default: in the order of the input.
   */
  compareIds?: CompareIds
  /** A tree to take the memory of. It must not be used any more. */
  reuse?: Octree
  /** Threads that may work on it at once. Default 1. */
  threads?: number
}

/** Fastest for forces of the usual accuracy: smaller ones pay in far cells, larger ones in pairs of bodies. */
const usualLeafBodies = 32
/** Fastest for searches of some ten bodies: a third less time than with leaves of 32. */
export const searchLeafBodies = 48
const mostLeafBodies = 64
/** As many fit in the 4 GiB of WebAssembly's memory, however they lie. */
const mostBodies = 30_000_000
/** Of a thread: 140 KB for one cell's work, the rest for the lists of cells passed down. */
const usualScratchBytes = 256 * 1024

/**
 * Builds the octree of all bodies in O(N log N) on this thread.
 *
 * @throws RangeError for a coordinate that is not finite or not below 2^40 in size, arrays shorter than
 * the count, and a bad `leafBodies`; `reuse` is then untouched.
 */
export function buildTree(bodies: BodyArrays, options: TreeOptions = {}): Octree {
  const tree = prepareTree(options)
  return runHere(tree.kernel, buildingTree(tree, bodies, options))
}

/** A tree to be built by `buildingTree`: that of `reuse`, or one of no bodies. */
export function prepareTree({ reuse, threads = 1 }: TreeOptions): Octree {
  if (reuse !== undefined) return reuse
  const kernel = openKernel()
  const room: Room = { bodies: 0, nodes: 0, threads, scratchBytes: usualScratchBytes }
  return withRoom({ kernel, room, count: 0 } as Octree, room)
}

/** The work of a build, for one thread or a team of them. */
export function* buildingTree(tree: Octree, bodies: BodyArrays, options: TreeOptions): Work<Octree> {
  const { leafBodies = usualLeafBodies, compareIds = () => 0 } = options
  if (!Number.isInteger(leafBodies) || leafBodies < 1 || leafBodies > mostLeafBodies) {
    throw new RangeError(`leafBodies must be an integer from 1 to ${mostLeafBodies}, not ${leafBodies}`)
  }
  for (;;) {
    // again after a build that had no room for its nodes: bodies may have come meanwhile
    checkBodies(bodies)
    if (bodies.count > tree.room.bodies) withRoom(tree, roomFor(bodies.count, tree.room))
    loadBodies(tree, bodies)
    writeSlot(tree.kernel, 'leafBodies', leafBodies)
    yield 'build'
    if (readSlot(tree.kernel, 'failed') === 0) break
    withRoom(tree, { ...tree.room, nodes: Math.ceil(tree.room.nodes * 1.25) + 1_024 })
  }
  tree.nodes.count = readSlot(tree.kernel, 'nodeCount')
  if (readSlot(tree.kernel, 'coincident') > 0) sortCoincident(tree, compareIds)
  return tree
}

/** A tree that outgrew its memory is likely to grow again, so it gets a quarter more than it needs. */
const roomFor = (count: number, { bodies, nodes, ...rest }: Room): Room => {
  const room = bodies === 0 ? count : Math.ceil(count * 1.25)
  // deep trees have open cells beside their nodes: up to 554
  return { ...rest, bodies: room, nodes: Math.max(nodes, Math.ceil(room / 6) + 1_024) }
}

/** Gives the tree this room; it is empty then. */
function withRoom(tree: Octree, room: Room): Octree {
  const arrays = layOut(tree.kernel, room)
  const { order, nodes } = arrays
  return Object.assign(tree, { room, arrays, order, nodes, count: 0 })
}

/** Doubles each thread's working memory; it lies behind everything else, which stays. */
export function growScratch(tree: Octree): void {
  tree.room = { ...tree.room, scratchBytes: tree.room.scratchBytes * 2 }
  layOut(tree.kernel, tree.room)
}

function loadBodies(tree: Octree, { count, x, y, z }: BodyArrays): void {
  const { input } = tree.arrays
  input.x.set(x.subarray(0, count))
  input.y.set(y.subarray(0, count))
  input.z.set(z.subarray(0, count))
  writeSlot(tree.kernel, 'count', count)
  tree.count = count
}

/** Puts each run of bodies at one position into the order of ids; mostly it is in that order already. */
function sortCoincident({ order, count, arrays }: Octree, compareIds: CompareIds): void {
  const { splits, x, y, z } = arrays
  const isSame = (a: number, b: number) => x[a] === x[b] && y[a] === y[b] && z[a] === z[b]
  for (let rank = 1; rank < count; rank++) {
    if (splits[rank] !== finestExponent) continue
    const from = rank - 1
    while (rank < count && splits[rank] === finestExponent && isSame(from, rank)) rank++
    const run = order.subarray(from, rank)
    if (run.some((body, k) => k > 0 && compareIds(run[k - 1], body) > 0))
      run.set(Array.from(run).sort(compareIds))
  }
}

function checkBodies(bodies: BodyArrays): void {
  const { count, x, y, z } = bodies
  if (count > mostBodies) throw new RangeError(`an octree holds at most ${mostBodies} bodies, not ${count}`)
  for (const name of ['x', 'y', 'z', 'mass', 'activity'] as const) {
    if (bodies[name].length < count) throw new RangeError(`${name} is shorter than count, ${count}`)
  }
  for (let body = 0; body < count; body++) {
    checkCoordinate('x', x[body])
    checkCoordinate('y', y[body])
    checkCoordinate('z', z[body])
  }
}

/**
 * A copy of what searches need, 34 to 41 bytes a body instead of 80 to 120: for a tree that only answers.
 *
 * @param reuse an earlier copy to take the memory of, where it is large enough. It must not be used any more.
 */
export function searchTreeOf(
  { count, order, nodes, arrays, kernel }: Octree,
  reuse?: SearchTree,
): SearchTree {
  const hasRoom = reuse !== undefined && reuse.order.length >= count && reuse.nodes.leaf.length >= nodes.count
  const copy = hasRoom ? reuse : emptySearchTree(count, nodes.count)
  copy.count = copy.nodes.count = 0
  copy.order.set(order.subarray(0, count))
  for (const axis of ['x', 'y', 'z'] as const) copy.arrays[axis].set(arrays[axis].subarray(0, count))
  for (const column of ['next', 'first', 'bodies', 'leaf', 'exponent'] as const)
    copy.nodes[column].set(nodes[column].subarray(0, nodes.count))
  copy.nodes.cells.set(nodes.cells.subarray(0, cellStride * nodes.count))
  writeSlot(copy.kernel, 'nodeCount', readSlot(kernel, 'nodeCount'))
  copy.count = count
  copy.nodes.count = nodes.count
  return copy
}

/** Some room to grow: bodies come and go. */
function emptySearchTree(bodies: number, nodes: number): SearchTree {
  const kernel = openKernel()
  const arrays = layOutSearch(kernel, Math.ceil(bodies * 1.02) + 16, Math.ceil(nodes * 1.1) + 16)
  return { count: 0, order: arrays.order, nodes: arrays.nodes, kernel, arrays }
}

/** Bytes of memory that the tree takes, working memory included. */
export const treeBytes = ({ kernel }: SearchTree): number => kernel.memory.buffer.byteLength
