import { barrier } from './barrier'
import { powerOfTwo } from './binary64'
import {
  cellBytes,
  centreX,
  centreY,
  centreZ,
  childrenOf,
  endOf,
  firstChild,
  firstPoint,
  frame,
  isInner,
  isTask,
  multipole,
  radius,
  sizeOf,
} from './cell'
import {
  address,
  cellsSlot,
  keysSlot,
  sortedXSlot,
  sortedYSlot,
  sortedZSlot,
  taskCellsSlot,
  taskCountSlot,
  taskNextSlot,
} from './layout'

/** Cells up to this size get the exact radius about their centre, larger ones a bound by their children's. */
const exactRadiusPoints: i32 = 512

let px: usize = 0
let py: usize = 0
let pz: usize = 0
let framed: usize = 0

/** Expands all cells: the tasks by whichever worker comes to them, what is above them by one. */
export function expandCells(worker: i32, workers: i32): void {
  px = address(sortedXSlot)
  py = address(sortedYSlot)
  pz = address(sortedZSlot)
  framed = address(keysSlot)
  const tasks = load<i32>(taskCountSlot)
  for (;;) {
    const task = atomic.add<i32>(taskNextSlot, 1)
    if (task >= tasks) break
    expand(load<u32>(taskCellsSlot + ((<usize>task) << 2)), false)
  }
  barrier(workers)
  if (worker === 0) {
    const root = address(cellsSlot)
    expand(root, true)
    if (!isInner(root)) frameLeaf(root, frameOf(<f64>load<f32>(root, radius)))
  }
}

/** Children before their parents. @param above leave out the tasks: they are expanded already. */
function expand(cell: usize, above: bool): void {
  if (above && isTask(cell)) return
  if (!isInner(cell)) return expandLeaf(cell)
  const from = childrenOf(cell)
  const to = from + <usize>sizeOf(cell) * cellBytes
  for (let child = from; child < to; child += cellBytes) expand(child, above)
  expandInner(cell)
}

function expandLeaf(cell: usize): void {
  const from = (<usize>load<i32>(cell, firstPoint)) << 3
  // all bodies, of which a leaf that coincides has more than points
  const to = from + ((<usize>load<i32>(cell, firstChild)) << 3)
  const ox = load<f64>(px + from)
  const oy = load<f64>(py + from)
  const oz = load<f64>(pz + from)
  let w: f64 = 0
  let sx: f64 = 0
  let sy: f64 = 0
  let sz: f64 = 0
  for (let at = from; at < to; at += 8) {
    const weight = <f64>load<f32>(framed + (at << 1), 12)
    w += weight
    sx += weight * (load<f64>(px + at) - ox)
    sy += weight * (load<f64>(py + at) - oy)
    sz += weight * (load<f64>(pz + at) - oz)
  }
  const divisor = w > 0 ? w : 1
  const cx = ox + sx / divisor
  const cy = oy + sy / divisor
  const cz = oz + sz / divisor
  let farthest: f64 = 0
  let xx: f64 = 0
  let xy: f64 = 0
  let xz: f64 = 0
  let yy: f64 = 0
  let yz: f64 = 0
  let zz: f64 = 0
  let xxx: f64 = 0
  let xxy: f64 = 0
  let xxz: f64 = 0
  let xyy: f64 = 0
  let xyz: f64 = 0
  let xzz: f64 = 0
  let yyy: f64 = 0
  let yyz: f64 = 0
  let yzz: f64 = 0
  let zzz: f64 = 0
  for (let at = from; at < to; at += 8) {
    const weight = <f64>load<f32>(framed + (at << 1), 12)
    const x = load<f64>(px + at) - cx
    const y = load<f64>(py + at) - cy
    const z = load<f64>(pz + at) - cz
    farthest = max(farthest, x * x + y * y + z * z)
    const wx = weight * x
    const wy = weight * y
    const wz = weight * z
    const wxx = wx * x
    const wxy = wx * y
    const wyy = wy * y
    const wyz = wy * z
    const wzz = wz * z
    const wxz = wx * z
    xx += wxx
    xy += wxy
    xz += wxz
    yy += wyy
    yz += wyz
    zz += wzz
    xxx += wxx * x
    xxy += wxx * y
    xxz += wxx * z
    xyy += wyy * x
    xyz += wxy * z
    xzz += wzz * x
    yyy += wyy * y
    yyz += wyy * z
    yzz += wzz * y
    zzz += wzz * z
  }
  const r = sqrt(farthest)
  store<f64>(cell, cx, centreX)
  store<f64>(cell, cy, centreY)
  store<f64>(cell, cz, centreZ)
  storeExpansion(cell, w, r, xx, xy, xz, yy, yz, zz, xxx, xxy, xxz, xyy, xyz, xzz, yyy, yyz, yzz, zzz)
}

/** Keeps the points' coordinates in units of the frame, for the near field. */
function frameLeaf(cell: usize, exponent: i32): void {
  const from = (<usize>load<i32>(cell, firstPoint)) << 3
  const to = from + ((<usize>sizeOf(cell)) << 3)
  const cx = load<f64>(cell, centreX)
  const cy = load<f64>(cell, centreY)
  const cz = load<f64>(cell, centreZ)
  store<i16>(cell, <i16>exponent, frame)
  const scale = powerOfTwo(-exponent)
  for (let at = from; at < to; at += 8) {
    const point = framed + (at << 1)
    store<f32>(point, <f32>((load<f64>(px + at) - cx) * scale))
    store<f32>(point, <f32>((load<f64>(py + at) - cy) * scale), 4)
    store<f32>(point, <f32>((load<f64>(pz + at) - cz) * scale), 8)
  }
  // bodies that coincide act as one point of all their weight
  if (sizeOf(cell) === 1) store<f32>(framed + (from << 1), load<f32>(cell, multipole), 12)
}

/** The least multiple of 16 with 2^frame >= the radius. */
function frameOf(r: f64): i32 {
  const exponent = <i32>((reinterpret<i64>(r) >> 52) & 0x7ff) - 1022
  return max((exponent + 15) & ~15, -480)
}

function expandInner(cell: usize): void {
  const from = childrenOf(cell)
  const to = from + <usize>sizeOf(cell) * cellBytes
  const ox = load<f64>(from, centreX)
  const oy = load<f64>(from, centreY)
  const oz = load<f64>(from, centreZ)
  let w: f64 = 0
  let sx: f64 = 0
  let sy: f64 = 0
  let sz: f64 = 0
  for (let child = from; child < to; child += cellBytes) {
    const weight = <f64>load<f32>(child, multipole)
    w += weight
    sx += weight * (load<f64>(child, centreX) - ox)
    sy += weight * (load<f64>(child, centreY) - oy)
    sz += weight * (load<f64>(child, centreZ) - oz)
  }
  const divisor = w > 0 ? w : 1
  const cx = ox + sx / divisor
  const cy = oy + sy / divisor
  const cz = oz + sz / divisor
  let bound: f64 = 0
  let xx: f64 = 0
  let xy: f64 = 0
  let xz: f64 = 0
  let yy: f64 = 0
  let yz: f64 = 0
  let zz: f64 = 0
  let xxx: f64 = 0
  let xxy: f64 = 0
  let xxz: f64 = 0
  let xyy: f64 = 0
  let xyz: f64 = 0
  let xzz: f64 = 0
  let yyy: f64 = 0
  let yyz: f64 = 0
  let yzz: f64 = 0
  let zzz: f64 = 0
  for (let child = from; child < to; child += cellBytes) {
    const weight = <f64>load<f32>(child, multipole)
    const r = <f64>load<f32>(child, radius)
    const x = load<f64>(child, centreX) - cx
    const y = load<f64>(child, centreY) - cy
    const z = load<f64>(child, centreZ) - cz
    bound = max(bound, sqrt(x * x + y * y + z * z) + r)
    const r2 = r * r
    const r3 = r2 * r
    const cxx = <f64>load<f32>(child, multipole + 4) * r2
    const cyy = <f64>load<f32>(child, multipole + 8) * r2
    const czz = <f64>load<f32>(child, multipole + 12) * r2
    const cxy = <f64>load<f32>(child, multipole + 16) * r2
    const cxz = <f64>load<f32>(child, multipole + 20) * r2
    const cyz = <f64>load<f32>(child, multipole + 24) * r2
    const wxx = weight * x * x
    const wyy = weight * y * y
    const wzz = weight * z * z
    xx += cxx + wxx
    yy += cyy + wyy
    zz += czz + wzz
    xy += cxy + weight * x * y
    xz += cxz + weight * x * z
    yz += cyz + weight * y * z
    xxx += <f64>load<f32>(child, multipole + 32) * r3 + (3 * cxx + wxx) * x
    xxy += <f64>load<f32>(child, multipole + 36) * r3 + 2 * cxy * x + (cxx + wxx) * y
    xxz += <f64>load<f32>(child, multipole + 40) * r3 + 2 * cxz * x + (cxx + wxx) * z
    xyy += <f64>load<f32>(child, multipole + 44) * r3 + 2 * cxy * y + (cyy + wyy) * x
    xyz += <f64>load<f32>(child, multipole + 48) * r3 + cxy * z + cxz * y + cyz * x + weight * x * y * z
    xzz += <f64>load<f32>(child, multipole + 52) * r3 + 2 * cxz * z + (czz + wzz) * x
    yyy += <f64>load<f32>(child, multipole + 56) * r3 + (3 * cyy + wyy) * y
    yyz += <f64>load<f32>(child, multipole + 60) * r3 + 2 * cyz * y + (cyy + wyy) * z
    yzz += <f64>load<f32>(child, multipole + 64) * r3 + 2 * cyz * z + (czz + wzz) * y
    zzz += <f64>load<f32>(child, multipole + 68) * r3 + (3 * czz + wzz) * z
  }
  store<f64>(cell, cx, centreX)
  store<f64>(cell, cy, centreY)
  store<f64>(cell, cz, centreZ)
  const points = endOf(cell) - load<i32>(cell, firstPoint)
  const r = points <= exactRadiusPoints ? farthestPoint(cell, cx, cy, cz) : bound
  storeExpansion(cell, w, r, xx, xy, xz, yy, yz, zz, xxx, xxy, xxz, xyy, xyz, xzz, yyy, yyz, yzz, zzz)
  const exponent = frameOf(<f64>load<f32>(cell, radius))
  for (let child = from; child < to; child += cellBytes) if (!isInner(child)) frameLeaf(child, exponent)
}

function farthestPoint(cell: usize, cx: f64, cy: f64, cz: f64): f64 {
  const from = (<usize>load<i32>(cell, firstPoint)) << 3
  const to = (<usize>endOf(cell)) << 3
  let farthest: f64 = 0
  for (let at = from; at < to; at += 8) {
    const x = load<f64>(px + at) - cx
    const y = load<f64>(py + at) - cy
    const z = load<f64>(pz + at) - cz
    farthest = max(farthest, x * x + y * y + z * z)
  }
  return sqrt(farthest)
}

/** 1 + 2^-22 */
const roundedUp: f64 = 1.0000002384185791
/** Cells below this radius, 2^-60 units, are points for the far field. */
const leastRadius: f64 = 8.673617379884035e-19

function storeExpansion(
  cell: usize,
  w: f64,
  distance: f64,
  xx: f64,
  xy: f64,
  xz: f64,
  yy: f64,
  yz: f64,
  zz: f64,
  xxx: f64,
  xxy: f64,
  xxz: f64,
  xyy: f64,
  xyz: f64,
  xzz: f64,
  yyy: f64,
  yyz: f64,
  yzz: f64,
  zzz: f64,
): void {
  // rounded up, so that it stays a bound
  const single = <f32>(distance * roundedUp)
  const r = <f64>single
  const s1: f64 = r > leastRadius ? 1 / r : 0
  const s2 = s1 * s1
  const s3 = s2 * s1
  store<f32>(cell, <f32>w, multipole)
  store<f32>(cell, <f32>(xx * s2), multipole + 4)
  store<f32>(cell, <f32>(yy * s2), multipole + 8)
  store<f32>(cell, <f32>(zz * s2), multipole + 12)
  store<f32>(cell, <f32>(xy * s2), multipole + 16)
  store<f32>(cell, <f32>(xz * s2), multipole + 20)
  store<f32>(cell, <f32>(yz * s2), multipole + 24)
  store<f32>(cell, s1 === 0 ? 0 : single, radius)
  store<f32>(cell, <f32>(xxx * s3), multipole + 32)
  store<f32>(cell, <f32>(xxy * s3), multipole + 36)
  store<f32>(cell, <f32>(xxz * s3), multipole + 40)
  store<f32>(cell, <f32>(xyy * s3), multipole + 44)
  store<f32>(cell, <f32>(xyz * s3), multipole + 48)
  store<f32>(cell, <f32>(xzz * s3), multipole + 52)
  store<f32>(cell, <f32>(yyy * s3), multipole + 56)
  store<f32>(cell, <f32>(yyz * s3), multipole + 60)
  store<f32>(cell, <f32>(yzz * s3), multipole + 64)
  store<f32>(cell, <f32>(zzz * s3), multipole + 68)
}
