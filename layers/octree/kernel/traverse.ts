import { powerOfTwo } from './binary64'
import {
  cellBytes,
  centreX,
  centreY,
  centreZ,
  childrenOf,
  claimTask,
  firstChild,
  firstPoint,
  frame,
  isInner,
  isTask,
  radius,
  reach,
  sizeOf,
} from './cell'
import { cellsToLocal } from './expansion'
import {
  address,
  cellsSlot,
  failedSlot,
  inputXSlot,
  inputYSlot,
  inputZSlot,
  nothingSlot,
  scratchBytesSlot,
  scratchSlot,
  softeningSquaredSlot,
} from './layout'
import { localToPoint, shiftLocal } from './local'
import { addNear, addNearExact, beginNear, gatherSinks } from './near'

/** Far cells of one sink that wait for the vector kernel: ex, ey, ez, pointer; 16 bytes each. */
const farRoom: usize = 256
const nearRoom: usize = 1024
const localBytes: usize = 144
const laneBytes: usize = 34 * 16
const depthRoom: usize = 600
/** Most points of a leaf, and so most sinks. */
const leafRoom: usize = 64
/** Farther than this, singles have room for the square of a separation: 2^-110. */
const leastSquare: f64 = 7.703719777548943e-34

/** A worker's memory, in this order; the lists of cells that are passed down take what is left. */
let farX: usize = 0
let farCell: usize = 0
let nearList: usize = 0
let opened: usize = 0
let lanes: usize = 0
let locals: usize = 0
let sinks: usize = 0
let pulls: usize = 0
let exact: usize = 0
let lists: usize = 0
let listsEnd: usize = 0

let farCount: i32 = 0
let nearCount: i32 = 0
let padded: i32 = 0
let pullFrame: i32 = 0
let softened: v128 = f32x4.splat(0)
let accelerationX: usize = 0
let accelerationY: usize = 0
let accelerationZ: usize = 0

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
  nearList = farCell + farRoom * 4
  opened = nearList + nearRoom * 4
  lanes = opened + depthRoom * 8 * 4
  locals = lanes + laneBytes
  sinks = locals + localBytes * depthRoom
  pulls = sinks + leafRoom * 24
  exact = pulls + leafRoom * 12
  lists = exact + leafRoom * 24
  softened = f32x4.splat(<f32>load<f64>(softeningSquaredSlot))
  accelerationX = address(inputXSlot)
  accelerationY = address(inputYSlot)
  accelerationZ = address(inputZSlot)
  beginNear()
  memory.fill(locals, 0, localBytes)
  const root = address(cellsSlot)
  store<u32>(lists, <u32>root)
  descend(root, lists, lists + 4, 0)
}

/** `from` to `to`: the cells that no cell above `sink` took as a whole; `locals` at `depth`: the expansion of those it did. */
function descend(sink: usize, from: usize, to: usize, depth: i32): void {
  if (isTask(sink) && !claimTask(sink)) return
  const isLeaf = !isInner(sink)
  const x = load<f64>(sink, centreX)
  const y = load<f64>(sink, centreY)
  const z = load<f64>(sink, centreZ)
  const r = <f64>load<f32>(sink, reach)
  const local = locals + <usize>depth * localBytes
  memory.fill(lanes, 0, laneBytes)
  farCount = 0
  nearCount = 0
  if (isLeaf) beginLeaf(sink)
  let passed = to
  for (let at = from; at < to; at += 4) {
    let top = opened
    let source = <usize>load<u32>(at)
    for (;;) {
      const ex = x - load<f64>(source, centreX)
      const ey = y - load<f64>(source, centreY)
      const ez = z - load<f64>(source, centreZ)
      const square = ex * ex + ey * ey + ez * ez
      const sourceReach = <f64>load<f32>(source, reach)
      const both = r + sourceReach
      if (both * both < square && square > leastSquare) {
        addFar(sink, source, <f32>ex, <f32>ey, <f32>ez)
      } else {
        if (!isInner(source)) {
          if (isLeaf) addNearLeaf(sink, source)
          else {
            passed = pass(passed, source)
          }
        } else if (isLeaf || sourceReach > r || (sourceReach === r && source < sink)) {
          const child = childrenOf(source)
          const last = child + <usize>(sizeOf(source) - 1) * cellBytes
          for (let c = last; c > child; c -= cellBytes) {
            store<u32>(top, <u32>c)
            top += 4
          }
          source = child
          continue
        } else {
          passed = pass(passed, source)
        }
      }
      if (top === opened) break
      top -= 4
      source = load<u32>(top)
    }
  }
  flushFar(sink)
  sumLanes(local)
  if (isLeaf) {
    flushNear(sink)
    endLeaf(sink, local)
    return
  }
  let child = childrenOf(sink)
  const end = child + <usize>sizeOf(sink) * cellBytes
  for (; child < end; child += cellBytes) {
    shiftLocal(local, sink, child, local + localBytes)
    descend(child, to, passed, depth + 1)
  }
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

function addFar(sink: usize, source: usize, ex: f32, ey: f32, ez: f32): void {
  const at = (<usize>farCount) << 2
  store<f32>(farX + at, ex)
  store<f32>(farX + at, ey, farRoom * 4)
  store<f32>(farX + at, ez, farRoom * 8)
  store<u32>(farCell + at, <u32>source)
  if (++farCount === <i32>farRoom) flushFar(sink)
}

function flushFar(sink: usize): void {
  const r = load<f32>(sink, radius)
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

function beginLeaf(sink: usize): void {
  padded = gatherSinks(sink, sinks, leafRoom)
  memory.fill(pulls, 0, <usize>padded * 12)
  memory.fill(exact, 0, <usize>padded * 24)
  pullFrame = load<i16>(sink, frame)
}

function addNearLeaf(sink: usize, source: usize): void {
  store<u32>(nearList + ((<usize>nearCount) << 2), <u32>source)
  if (++nearCount === <i32>nearRoom) flushNear(sink)
}

function flushNear(sink: usize): void {
  for (let i = 0; i < nearCount; i++) {
    const source = <usize>load<u32>(nearList + ((<usize>i) << 2))
    const f = <i32>load<i16>(source, frame)
    if (f + 16 < <i32>load<i16>(sink, frame)) {
      addNearExact(sinks, leafRoom, sink, source, exact)
      continue
    }
    if (f !== pullFrame) {
      flushPulls()
      pullFrame = f
    }
    addNear(sinks, leafRoom, padded, sink, source, pulls, exact)
  }
  nearCount = 0
}

function flushPulls(): void {
  const scale = powerOfTwo(-2 * pullFrame)
  for (let i = 0; i < padded; i++) {
    const pull = pulls + <usize>(i >> 2) * 48 + ((<usize>(i & 3)) << 2)
    const to = exact + <usize>i * 24
    store<f64>(to, load<f64>(to) + <f64>load<f32>(pull) * scale)
    store<f64>(to, load<f64>(to, 8) + <f64>load<f32>(pull, 16) * scale, 8)
    store<f64>(to, load<f64>(to, 16) + <f64>load<f32>(pull, 32) * scale, 16)
  }
  memory.fill(pulls, 0, <usize>padded * 12)
}

function endLeaf(sink: usize, local: usize): void {
  flushPulls()
  const count = sizeOf(sink)
  const first = load<i32>(sink, firstPoint)
  for (let i = 0; i < count; i++) {
    const from = exact + <usize>i * 24
    localToPoint(local, sink, sinks + ((<usize>i) << 3), leafRoom, from)
    storeAcceleration(first + i, from)
  }
  // bodies that coincide with the one point
  const bodies = load<i32>(sink, firstChild)
  for (let i = count; i < bodies; i++) storeAcceleration(first + i, exact)
}

function storeAcceleration(rank: i32, from: usize): void {
  const at = (<usize>rank) << 3
  store<f64>(accelerationX + at, load<f64>(from))
  store<f64>(accelerationY + at, load<f64>(from, 8))
  store<f64>(accelerationZ + at, load<f64>(from, 16))
}
