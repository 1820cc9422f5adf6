import {
  address,
  bodiesSlot,
  firstSlot,
  foundRanksSlot,
  foundSquaresSlot,
  leafSlot,
  nextSlot,
  nodeCellBytes,
  nodeCellsSlot,
  nodeCountSlot,
  sortedXSlot,
  sortedYSlot,
  sortedZSlot,
} from './layout'

let next: usize = 0
let first: usize = 0
let bodies: usize = 0
let leaf: usize = 0
let cells: usize = 0
let sortedX: usize = 0
let sortedY: usize = 0
let sortedZ: usize = 0
let ranks: usize = 0
let squares: usize = 0
let found: i32 = 0

function begin(): void {
  next = address(nextSlot)
  first = address(firstSlot)
  bodies = address(bodiesSlot)
  leaf = address(leafSlot)
  cells = address(nodeCellsSlot)
  sortedX = address(sortedXSlot)
  sortedY = address(sortedYSlot)
  sortedZ = address(sortedZSlot)
  ranks = address(foundRanksSlot)
  squares = address(foundSquaresSlot)
  found = 0
}

/** Squared distance from a point, (x, y) and z, to the node's cell; rounded like that to a body in it. */
function squareTo(node: usize, xy: v128, z: f64): f64 {
  const cell = cells + node * nodeCellBytes
  const low = v128.load(cell)
  const zSide = v128.load(cell, 16)
  const side = v128.shuffle<f64>(zSide, zSide, 1, 1)
  const zs = f64x2.splat(z)
  const none = f64x2.splat(0)
  // gaps on each axis: low - p below the cell, p - high above it, else 0
  const gaps = f64x2.pmax(f64x2.pmax(f64x2.sub(low, xy), f64x2.sub(xy, f64x2.add(low, side))), none)
  const gapZ = f64x2.pmax(f64x2.pmax(f64x2.sub(zSide, zs), f64x2.sub(zs, f64x2.add(zSide, side))), none)
  const squaresXY = f64x2.mul(gaps, gaps)
  const dz = f64x2.extract_lane(gapZ, 0)
  return f64x2.extract_lane(squaresXY, 0) + f64x2.extract_lane(squaresXY, 1) + dz * dz
}

/** Squared distances of two ranks, the second perhaps beyond the last. */
function squaresOf(rank: i32, x: v128, y: v128, z: v128): v128 {
  const at = (<usize>rank) << 3
  const dx = f64x2.sub(v128.load(sortedX + at), x)
  const dy = f64x2.sub(v128.load(sortedY + at), y)
  const dz = f64x2.sub(v128.load(sortedZ + at), z)
  return f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz))
}

/**
 * Finds the bodies whose squared distance from a point is at most `reach`, in canonical order.
 *
 * @returns how many, or -1 where they may be more than `room`.
 */
export function withinReach(x: f64, y: f64, z: f64, reach: f64, room: i32): i32 {
  begin()
  const count = load<i32>(nodeCountSlot)
  const xy = f64x2.replace_lane(f64x2.splat(x), 1, y)
  const xs = f64x2.splat(x)
  const ys = f64x2.splat(y)
  const zs = f64x2.splat(z)
  const reaches = f64x2.splat(reach)
  let node = 0
  while (node < count) {
    const at = <usize>node
    if (squareTo(at, xy, z) > reach) {
      node = load<i32>(next + (at << 2))
      continue
    }
    node++
    if (load<u8>(leaf + at) === 0) continue
    const from = load<i32>(first + (at << 2))
    const to = from + load<i32>(bodies + (at << 2))
    if (found + to - from >= room) return -1
    // both are written and counted only if they are near: a branch would be guessed wrong too often
    for (let rank = from; rank < to; rank += 2) {
      const both = squaresOf(rank, xs, ys, zs)
      const near = i64x2.bitmask(f64x2.le(both, reaches))
      store<u32>(ranks + ((<usize>found) << 2), rank)
      v128.store_lane<u64>(squares + ((<usize>found) << 3), both, 0)
      found += near & 1
      store<u32>(ranks + ((<usize>found) << 2), rank + 1)
      v128.store_lane<u64>(squares + ((<usize>found) << 3), both, 1)
      found += (near >> 1) & select<i32>(1, 0, rank + 1 < to)
    }
  }
  return found
}

/** Sorts what has been found, nearest first, equal distances by rank. */
export function sortFound(): void {
  if (found <= insertedMost) return insertionSort()
  for (let root = found / 2 - 1; root >= 0; root--) sink(root, found, squareAt(root), rankAt(root))
  sortHeap()
}

/** Fewer than these are sorted by insertion. */
const insertedMost: i32 = 48

/**
 * Finds the `k` bodies nearest to a point whose squared distance is at most `reach`, nearest first, equal distances by
 * rank. A heap holds the best so far, the worst of them on top; the first are those of the leaf at the point, so
 * that little else needs opening.
 */
export function nearestBodies(x: f64, y: f64, z: f64, reach: f64, k: i32): i32 {
  begin()
  const count = load<i32>(nodeCountSlot)
  if (count === 0) return 0
  const xy = f64x2.replace_lane(f64x2.splat(x), 1, y)
  const xs = f64x2.splat(x)
  const ys = f64x2.splat(y)
  const zs = f64x2.splat(z)
  let bound = reach
  const home = homeOf(xy, z, k)
  if (squareTo(<usize>home, xy, z) <= reach) bound = visit(home, xs, ys, zs, bound, k)
  const homeEnd = load<i32>(next + ((<usize>home) << 2))
  for (let node = 0; node < count; ) {
    const at = <usize>node
    if (node === home) {
      node = homeEnd
      continue
    }
    if (squareTo(at, xy, z) > bound) {
      node = load<i32>(next + (at << 2))
      continue
    }
    node++
    if (load<u8>(leaf + at) === 1) bound = visit(<i32>at, xs, ys, zs, bound, k)
  }
  sortHeap()
  return found
}

/** The smallest node of at least k bodies, or a leaf, on the way to the point. */
function homeOf(xy: v128, z: f64, k: i32): i32 {
  let node = 0
  while (load<u8>(leaf + <usize>node) === 0) {
    const end = load<i32>(next + ((<usize>node) << 2))
    let best = node + 1
    let least = squareTo(<usize>best, xy, z)
    for (let child = load<i32>(next + ((<usize>best) << 2)); child < end && least > 0; ) {
      const square = squareTo(<usize>child, xy, z)
      if (square < least) {
        least = square
        best = child
      }
      child = load<i32>(next + ((<usize>child) << 2))
    }
    if (load<i32>(bodies + ((<usize>best) << 2)) < k) break
    node = best
  }
  return node
}

/** Takes the node's bodies into the heap; returns the squared distance beyond which nothing is wanted any more. */
function visit(node: i32, x: v128, y: v128, z: v128, reach: f64, k: i32): f64 {
  let bound = reach
  const at = (<usize>node) << 2
  const from = load<i32>(first + at)
  const to = from + load<i32>(bodies + at)
  for (let rank = from; rank < to; rank += 2) {
    const both = squaresOf(rank, x, y, z)
    const near = i64x2.bitmask(f64x2.le(both, f64x2.splat(bound)))
    if (near === 0) continue
    if ((near & 1) !== 0) bound = offer(f64x2.extract_lane(both, 0), rank, bound, k)
    if ((near & 2) !== 0 && rank + 1 < to) bound = offer(f64x2.extract_lane(both, 1), rank + 1, bound, k)
  }
  return bound
}

/** Takes a body into the heap if it is among the best; returns the bound after that. */
function offer(square: f64, rank: u32, bound: f64, k: i32): f64 {
  if (found < k) rise(square, rank)
  else if (comesAfter(squareAt(0), rankAt(0), square, rank)) sink(0, k, square, rank)
  return found === k ? squareAt(0) : bound
}

function squareAt(place: i32): f64 {
  return load<f64>(squares + ((<usize>place) << 3))
}

function rankAt(place: i32): u32 {
  return load<u32>(ranks + ((<usize>place) << 2))
}

function put(place: i32, square: f64, rank: u32): void {
  store<f64>(squares + ((<usize>place) << 3), square)
  store<u32>(ranks + ((<usize>place) << 2), rank)
}

function comesAfter(square: f64, rank: u32, otherSquare: f64, otherRank: u32): bool {
  return square > otherSquare || (square === otherSquare && rank > otherRank)
}

/** Adds one to the heap. */
function rise(square: f64, rank: u32): void {
  let hole = found++
  while (hole > 0) {
    const parent = (hole - 1) >> 1
    if (!comesAfter(square, rank, squareAt(parent), rankAt(parent))) break
    put(hole, squareAt(parent), rankAt(parent))
    hole = parent
  }
  put(hole, square, rank)
}

/** Puts one at a place of a heap of `count`, or where it belongs below. */
function sink(place: i32, count: i32, square: f64, rank: u32): void {
  let hole = place
  for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    const right = child + 1
    if (right < count && comesAfter(squareAt(right), rankAt(right), squareAt(child), rankAt(child)))
      child = right
    if (!comesAfter(squareAt(child), rankAt(child), square, rank)) break
    put(hole, squareAt(child), rankAt(child))
    hole = child
  }
  put(hole, square, rank)
}

function sortHeap(): void {
  for (let last = found - 1; last > 0; last--) {
    const square = squareAt(last)
    const rank = rankAt(last)
    put(last, squareAt(0), rankAt(0))
    sink(0, last, square, rank)
  }
}

function insertionSort(): void {
  for (let place = 1; place < found; place++) {
    const square = squareAt(place)
    const rank = rankAt(place)
    let hole = place
    while (hole > 0 && comesAfter(squareAt(hole - 1), rankAt(hole - 1), square, rank)) {
      put(hole, squareAt(hole - 1), rankAt(hole - 1))
      hole--
    }
    put(hole, square, rank)
  }
}
