import {
  cellBytes,
  centreX,
  centreY,
  centreZ,
  childrenOf,
  claimTask,
  firstChild,
  firstPoint,
  isInner,
  isTask,
  multipole,
  radius,
  sizeOf,
  strength,
} from './cell'
import { cellsToLocal, momentBytes, useMoments } from './expansion'
import {
  address,
  cellsSlot,
  failedSlot,
  inputXSlot,
  nothingSlot,
  orderSlot,
  scratchBytesSlot,
  scratchSlot,
  softeningSquaredSlot,
  thetaSlot,
} from './layout'
import { localToPoint, shiftLocal } from './local'
import {
  addExactlyTo,
  addNearLeaf,
  beginNear,
  beginSinks,
  endSinks,
  nearBytes,
  pullOn,
  sinkAt,
  sinkRoom,
} from './near'

/** Far cells of one sink that wait for the vector kernel: ex, ey, ez, pointer; 16 bytes each. */
const farRoom: usize = 256
const localBytes: usize = 144
const laneBytes: usize = 34 * 16
const depthRoom: usize = 600
/** Farther than this, singles have room for the square of a separation: 2^-110. */
const leastSquare: f64 = 7.703719777548943e-34

/** (r_a + r_b) / distance at which expansions still converge well. */
const widestAngle: f64 = 0.9
/** Square of that part of the distance. */
const wideShare: f64 = 0.25 * 0.25

/** A worker's memory, in this order; the lists of cells that are passed down take what is left. */
let farX: usize = 0
let farCell: usize = 0
let opened: usize = 0
let lanes: usize = 0
let locals: usize = 0
let lists: usize = 0
let listsEnd: usize = 0

/** theta^4, and the square of the widest angle. */
let angleTerm: f64 = 0
let widest: f64 = 0
let sinkSquare: f64 = 0
let worldWeight: f64 = 0
/** A cell of one point, and its expansion. */
let pointSink: usize = 0
let pointLocal: usize = 0
let farCount: i32 = 0
/** All pairs in doubles: where theta is 0, or all bodies are in one leaf. */
let exactly: bool = false
let softened: v128 = f32x4.splat(0)
let order: usize = 0
let accelerations: usize = 0

/**
 * Computes the accelerations of all bodies: goes down the tree once, with a list of the cells that are still to be taken
 * by each cell on the way. Cells that are far from it act on its local expansion, which its children take over; the
 * others are opened or passed on, until leaves act on leaves body by body (Dehnen 2002, without the mutual sums: each
 * cell sums alone and in a fixed order, so that it does not matter which worker does).
 *
 * Each worker walks what is above the tasks, and does the tasks that no other one has begun.
 */
export function traverse(worker: i32): void {
  const scratchBytes = <usize>load<i32>(scratchBytesSlot)
  farX = address(scratchSlot) + <usize>worker * scratchBytes
  listsEnd = farX + scratchBytes
  farCell = farX + farRoom * 12
  opened = farCell + farRoom * 4
  lanes = opened + depthRoom * 8 * 4
  locals = lanes + laneBytes
  const near = locals + localBytes * depthRoom
  pointSink = near + nearBytes
  pointLocal = pointSink + cellBytes
  const moments = pointLocal + localBytes
  useMoments(moments)
  lists = moments + momentBytes
  softened = f32x4.splat(<f32>load<f64>(softeningSquaredSlot))
  const theta = load<f64>(thetaSlot)
  angleTerm = theta * theta * theta * theta
  widest = theta === 0 ? -1 : widestAngle * widestAngle
  order = address(orderSlot)
  accelerations = address(inputXSlot)
  beginNear(near)
  const root = address(cellsSlot)
  worldWeight = <f64>load<f32>(root, multipole)
  exactly = load<f64>(thetaSlot) === 0 || !isInner(root)
  memory.fill(locals, 0, localBytes)
  store<u32>(lists, <u32>root)
  descend(root, lists, lists + 4, 0)
}

/** `from` to `to`: the cells that no cell above `sink` took as a whole; `locals` at `depth`: the expansion of those it did. */
function descend(sink: usize, from: usize, to: usize, depth: i32): void {
  if (isTask(sink) && !claimTask(sink)) return
  const local = locals + <usize>depth * localBytes
  if (!isInner(sink)) return sumLeaf(sink, from, to, local)
  beginFar()
  sinkSquare = wideSquare(sink)
  const passed = walk(sink, load<f32>(sink, radius), <f64>load<f32>(sink, multipole), sink, false, from, to)
  endFar(load<f32>(sink, radius), local)
  let child = childrenOf(sink)
  const end = child + <usize>sizeOf(sink) * cellBytes
  for (; child < end; child += cellBytes) {
    shiftLocal(local, sink, child, local + localBytes)
    descend(child, to, passed, depth + 1)
  }
}

/**
 * A cell is wide where the field may vary much in it: its radius is more than a small part of the distance at which the
 * whole world in one point would make its field. Then the errors of its local expansion would add up, since what is
 * far lies on one side of it, as in the halo of a cluster.
 *
 * @returns the squared distance beyond which a wide cell takes far cells all the same; 0 where the cell is not wide.
 */
function wideSquare(cell: usize): f64 {
  const r = <f64>load<f32>(cell, radius)
  return r * r * <f64>load<f32>(cell, strength) > worldWeight * wideShare ? (r * r) / wideShare : 0
}

function sumLeaf(sink: usize, from: usize, to: usize, local: usize): void {
  beginSinks(sink)
  sinkSquare = wideSquare(sink)
  const isWideLeaf = sinkSquare > 0
  if (!isWideLeaf) {
    beginFar()
    const end = walk(sink, load<f32>(sink, radius), <f64>load<f32>(sink, multipole), sink, true, from, to)
    endFar(load<f32>(sink, radius), local)
    for (let near = to; near < end; near += 4) addNearLeaf(load<u32>(near), exactly)
  }
  endSinks()
  const count = sizeOf(sink)
  const first = load<i32>(sink, firstPoint)
  for (let i = 0; i < count; i++) {
    if (isWideLeaf) sumPoint(sink, i, from, to)
    localToPoint(local, sink, sinkAt(i), sinkRoom, pullOn(i))
    storeAcceleration(first + i, pullOn(i))
  }
  // bodies that coincide with the one point
  const bodies = load<i32>(sink, firstChild)
  for (let i = count; i < bodies; i++) storeAcceleration(first + i, pullOn(0))
}

/** The far cells act on one sink of a wide leaf, near leaves body by body in doubles. */
function sumPoint(leaf: usize, i: i32, from: usize, to: usize): void {
  const at = sinkAt(i)
  store<f64>(pointSink, load<f64>(at), centreX)
  store<f64>(pointSink, load<f64>(at, sinkRoom * 8), centreY)
  store<f64>(pointSink, load<f64>(at, sinkRoom * 16), centreZ)
  store<f32>(pointSink, load<f32>(leaf, strength), strength)
  memory.fill(pointLocal, 0, localBytes)
  beginFar()
  sinkSquare = 0
  const end = walk(pointSink, 0, 0, leaf, true, from, to)
  endFar(0, pointLocal)
  for (let near = to; near < end; near += 4) addExactlyTo(i, load<u32>(near))
  const pull = pullOn(i)
  store<f64>(pull, load<f64>(pull) + <f64>load<f32>(pointLocal))
  store<f64>(pull, load<f64>(pull, 8) + <f64>load<f32>(pointLocal, 4), 8)
  store<f64>(pull, load<f64>(pull, 16) + <f64>load<f32>(pointLocal, 8), 16)
}

/**
 * Sorts the listed cells and what is below them into far ones and those that are passed on: to the sink's children, or
 * from a leaf to its points, for which they are near leaves. Of two cells that are neither the larger is opened.
 *
 * @param r the sink's radius, and `weight` its weight.
 * @param self the sink, or the leaf that it is of.
 * @returns the end of the list of those passed on, which begins at `to`.
 */
function walk(sink: usize, r: f32, weight: f64, self: usize, isLeaf: bool, from: usize, to: usize): usize {
  const x = load<f64>(sink, centreX)
  const y = load<f64>(sink, centreY)
  const z = load<f64>(sink, centreZ)
  const field = <f64>load<f32>(sink, strength)
  const beyond = max(sinkSquare, leastSquare)
  let passed = to
  for (let at = from; at < to; at += 4) {
    let top = opened
    let source = <usize>load<u32>(at)
    for (;;) {
      const ex = x - load<f64>(source, centreX)
      const ey = y - load<f64>(source, centreY)
      const ez = z - load<f64>(source, centreZ)
      const square = ex * ex + ey * ey + ez * ez
      const sourceRadius = load<f32>(source, radius)
      const both = <f64>r + <f64>sourceRadius
      const bothSquared = both * both
      const angle = bothSquared * bothSquared
      const share = angleTerm * square * square * square
      if (
        bothSquared < widest * square &&
        angle * <f64>load<f32>(source, multipole) <= field * share &&
        angle * weight <= <f64>load<f32>(source, strength) * share &&
        square > beyond
      ) {
        addFar(r, source, <f32>ex, <f32>ey, <f32>ez)
      } else if (!isInner(source)) {
        passed = pass(passed, source)
      } else if (isLeaf || sourceRadius > r || (sourceRadius === r && source < self)) {
        const child = childrenOf(source)
        const last = child + <usize>(sizeOf(source) - 1) * cellBytes
        for (let c = last; c > child; c -= cellBytes) {
          store<u32>(top, <u32>c)
          top += 4
        }
        source = child
        continue
      } else passed = pass(passed, source)
      if (top === opened) break
      top -= 4
      source = load<u32>(top)
    }
  }
  return passed
}

function beginFar(): void {
  memory.fill(lanes, 0, laneBytes)
  farCount = 0
}

function endFar(r: f32, local: usize): void {
  flushFar(r)
  sumLanes(local)
}

/** Where there is no more room nothing is stored, the slot `failed` is 2, and the results are void. */
function pass(at: usize, cell: usize): usize {
  if (at + 4 > listsEnd) {
    store<i32>(failedSlot, 2)
    return at
  }
  store<u32>(at, <u32>cell)
  return at + 4
}

function addFar(r: f32, source: usize, ex: f32, ey: f32, ez: f32): void {
  const at = (<usize>farCount) << 2
  store<f32>(farX + at, ex)
  store<f32>(farX + at, ey, farRoom * 4)
  store<f32>(farX + at, ez, farRoom * 8)
  store<u32>(farCell + at, <u32>source)
  if (++farCount === <i32>farRoom) flushFar(r)
}

function flushFar(r: f32): void {
  if (farCount === 0) return
  // the last four are filled up with cells that weigh nothing
  while ((farCount & 3) !== 0) {
    const at = (<usize>farCount) << 2
    store<f32>(farX + at, 1)
    store<f32>(farX + at, 1, farRoom * 4)
    store<f32>(farX + at, 1, farRoom * 8)
    store<u32>(farCell + at, <u32>nothingSlot)
    farCount++
  }
  for (let i = 0; i < farCount; i += 4) {
    const at = farX + ((<usize>i) << 2)
    const cell = farCell + ((<usize>i) << 2)
    cellsToLocal(
      lanes,
      r,
      v128.load(at),
      v128.load(at, farRoom * 4),
      v128.load(at, farRoom * 8),
      softened,
      load<u32>(cell),
      load<u32>(cell, 4),
      load<u32>(cell, 8),
      load<u32>(cell, 12),
    )
  }
  farCount = 0
}

function sumLanes(local: usize): void {
  for (let i: usize = 0; i < 34; i++) {
    const v = v128.load(lanes + (i << 4))
    const sum =
      f32x4.extract_lane(v, 0) +
      f32x4.extract_lane(v, 1) +
      (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
    store<f32>(local + (i << 2), load<f32>(local + (i << 2)) + sum)
  }
}

/** In the order of the bodies, which costs nothing here, between sums, and much afterwards. */
function storeAcceleration(rank: i32, pull: usize): void {
  const body = <usize>load<u32>(order + ((<usize>rank) << 2))
  const row = accelerations + body * 24
  store<f64>(row, load<f64>(pull))
  store<f64>(row, load<f64>(pull, 8), 8)
  store<f64>(row, load<f64>(pull, 16), 16)
}
