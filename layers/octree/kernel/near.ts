import { powerOfTwo } from './binary64'
import { centreX, centreY, centreZ, firstPoint, frame, radius, sizeOf } from './cell'
import { address, keysSlot, softeningSquaredSlot, sortedXSlot, sortedYSlot, sortedZSlot } from './layout'

/** 2^-18: a pair nearer than 2^-9 of what its two leaves span is computed in doubles. */
const closeShare: f64 = 1.0 / 262144.0
/** Coordinates of a frame are below 2^6; single precision takes squares of separations from here on. */
const leastSquare: f64 = 1.0 / 1125899906842624.0

/** Room for a leaf's points as sinks: x, y, z in doubles, then three vectors of singles each four points. */
export const sinkBytes: usize = 40

let sortedX: usize = 0
let sortedY: usize = 0
let sortedZ: usize = 0
/** x, y, z, weight of each point as singles, in the frame of its leaf. */
let framedPoints: usize = 0
let softeningSquared: f64 = 0

export function beginNear(): void {
  sortedX = address(sortedXSlot)
  sortedY = address(sortedYSlot)
  sortedZ = address(sortedZSlot)
  framedPoints = address(keysSlot)
  softeningSquared = load<f64>(softeningSquaredSlot)
}

/** Copies the leaf's points to the worker's memory, the last one again until their number is a multiple of four. */
export function gatherSinks(leaf: usize, sinks: usize, capacity: usize): i32 {
  const first = load<i32>(leaf, firstPoint)
  const count = sizeOf(leaf)
  const padded = (count + 3) & ~3
  for (let i = 0; i < padded; i++) {
    const at = (<usize>(first + min(i, count - 1))) << 3
    const to = sinks + ((<usize>i) << 3)
    store<f64>(to, load<f64>(sortedX + at))
    store<f64>(to + capacity * 8, load<f64>(sortedY + at))
    store<f64>(to + capacity * 16, load<f64>(sortedZ + at))
  }
  return padded
}

/**
 * Adds the pull of a leaf's points on the sinks to `pulls` (x, y, z of each four sinks, singles in units of the
 * source's frame: weight / 2^(2 frame)).
 *
 * @param own the sinks' own leaf: each sink skips itself.
 */
export function addNear(
  sinks: usize,
  capacity: usize,
  padded: i32,
  sink: usize,
  source: usize,
  pulls: usize,
  exact: usize,
): void {
  const scale = powerOfTwo(-(<i32>load<i16>(source, frame)))
  const cx = load<f64>(source, centreX)
  const cy = load<f64>(source, centreY)
  const cz = load<f64>(source, centreZ)
  const ox = load<f64>(sink, centreX) - cx
  const oy = load<f64>(sink, centreY) - cy
  const oz = load<f64>(sink, centreZ) - cz
  const span =
    sqrt(ox * ox + oy * oy + oz * oz) + <f64>load<f32>(sink, radius) + <f64>load<f32>(source, radius)
  const close = f32x4.splat(<f32>max(closeShare * (span * scale) * (span * scale), leastSquare))
  const softening = <f32>(softeningSquared * scale * scale)
  const from = framedPoints + ((<usize>load<i32>(source, firstPoint)) << 4)
  const to = from + ((<usize>sizeOf(source)) << 4)
  const own = sink === source
  const softened = f32x4.splat(softening)
  const one = f32x4.splat(1)
  const scales = f64x2.splat(scale)
  const cxs = f64x2.splat(cx)
  const cys = f64x2.splat(cy)
  const czs = f64x2.splat(cz)
  for (let i = 0; i < padded; i += 4) {
    const at = sinks + ((<usize>i) << 3)
    const xi = framed(at, cxs, scales)
    const yi = framed(at + capacity * 8, cys, scales)
    const zi = framed(at + capacity * 16, czs, scales)
    const pull = pulls + <usize>i * 12
    let ax = v128.load(pull)
    let ay = v128.load(pull, 16)
    let az = v128.load(pull, 32)
    let far = i32x4.splat(-1)
    const self = own ? from + ((<usize>i) << 4) : to
    for (let j = from; j < to; j += 16) {
      if (j === self) {
        j += 48
        continue
      }
      const dx = f32x4.sub(v128.load32_splat(j), xi)
      const dy = f32x4.sub(v128.load32_splat(j, 4), yi)
      const dz = f32x4.sub(v128.load32_splat(j, 8), zi)
      const square = f32x4.add(
        f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)),
        f32x4.add(f32x4.mul(dz, dz), softened),
      )
      const isFar = f32x4.gt(square, close)
      const t = v128.and(f32x4.div(one, f32x4.sqrt(square)), isFar)
      far = v128.and(far, isFar)
      const p = f32x4.mul(f32x4.mul(v128.load32_splat(j, 12), t), f32x4.mul(t, t))
      ax = f32x4.add(ax, f32x4.mul(p, dx))
      ay = f32x4.add(ay, f32x4.mul(p, dy))
      az = f32x4.add(az, f32x4.mul(p, dz))
    }
    v128.store(pull, ax)
    v128.store(pull, ay, 16)
    v128.store(pull, az, 32)
    if (own || !v128.all_true<i32>(far))
      addClose(sink, source, i, at, capacity, xi, yi, zi, close, softened, exact, own ? i : -4)
  }
}

function framed(at: usize, centre: v128, scale: v128): v128 {
  const low = f64x2.mul(f64x2.sub(v128.load(at), centre), scale)
  const high = f64x2.mul(f64x2.sub(v128.load(at, 16), centre), scale)
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** The pairs that addNear left out because they are close, in doubles, to `exact` (x, y, z of each sink). */
function addClose(
  sink: usize,
  source: usize,
  i: i32,
  at: usize,
  capacity: usize,
  xi: v128,
  yi: v128,
  zi: v128,
  close: v128,
  softened: v128,
  exact: usize,
  self: i32,
): void {
  const first = load<i32>(source, firstPoint)
  const count = sizeOf(source)
  const from = framedPoints + ((<usize>first) << 4)
  const limit = sizeOf(sink) - i
  for (let k = 0; k < count; k++) {
    const j = from + ((<usize>k) << 4)
    const dx = f32x4.sub(v128.load32_splat(j), xi)
    const dy = f32x4.sub(v128.load32_splat(j, 4), yi)
    const dz = f32x4.sub(v128.load32_splat(j, 8), zi)
    const square = f32x4.add(
      f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)),
      f32x4.add(f32x4.mul(dz, dz), softened),
    )
    let lanes = i32x4.bitmask(f32x4.le(square, close))
    // the loop above skipped the four points that are the sinks themselves
    if (k >= self && k < self + 4) lanes = 15
    for (let lane = 0; lanes !== 0; lane++, lanes >>>= 1) {
      if ((lanes & 1) !== 0 && lane < limit)
        addExact(at + ((<usize>lane) << 3), capacity, first + k, exact + <usize>(i + lane) * 24)
    }
  }
}

function addExact(sink: usize, capacity: usize, point: i32, exact: usize): void {
  const at = (<usize>point) << 3
  const dx = load<f64>(sortedX + at) - load<f64>(sink)
  const dy = load<f64>(sortedY + at) - load<f64>(sink + capacity * 8)
  const dz = load<f64>(sortedZ + at) - load<f64>(sink + capacity * 16)
  const square = dx * dx + dy * dy + dz * dz + softeningSquared
  const cube = square * sqrt(square)
  if (cube <= 1e-300) return
  const pull = <f64>load<f32>(framedPoints + (at << 1), 12) / cube
  store<f64>(exact, load<f64>(exact) + pull * dx)
  store<f64>(exact + 8, load<f64>(exact + 8) + pull * dy)
  store<f64>(exact + 16, load<f64>(exact + 16) + pull * dz)
}

/** All pairs of two leaves of very unequal size, in doubles. */
export function addNearExact(sinks: usize, capacity: usize, sink: usize, source: usize, exact: usize): void {
  const count = sizeOf(sink)
  const first = load<i32>(source, firstPoint)
  const end = first + sizeOf(source)
  for (let i = 0; i < count; i++)
    for (let point = first; point < end; point++)
      addExact(sinks + ((<usize>i) << 3), capacity, point, exact + <usize>i * 24)
}
