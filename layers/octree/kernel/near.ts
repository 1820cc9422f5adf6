import { powerOfTwo } from './binary64'
import { centreX, centreY, centreZ, firstPoint, frame, radius, sizeOf } from './cell'
import { address, keysSlot, softeningSquaredSlot, sortedXSlot, sortedYSlot, sortedZSlot } from './layout'

/**
 * The near field of one leaf, whose points are the sinks. Points of near leaves are collected in singles about the
 * centre of the sinks, in units of 2^frame, until they fill the first-level cache; then each four sinks meet all of
 * them, without an interruption between leaves. Pairs so close that singles would tell them apart badly are left
 * out and done in doubles.
 */

/** 2^-18: a pair nearer than 2^-9 of what its points span is close. */
const closeShare: f64 = 1 / 262144
/** 2^-50: singles take squares of separations, in units of the frame, from here on. */
const leastSquare: f32 = 1 / 1125899906842624
/** (d^2 + epsilon^2)^(3/2) at or below this exerts nothing. */
const leastCube: f64 = 1e-300
/** Leaves so many octaves smaller than the sinks' frame have no room in it. */
const frameOctaves: i32 = 16

/** Most sinks, and points collected at once: 16 KB. */
export const sinkRoom: usize = 64
const sourceRoom: usize = 1024
const quadBytes: usize = 48
/** What `beginNear` needs. */
export const nearBytes: usize = sinkRoom * 24 * 2 + (sinkRoom / 4) * quadBytes * 2 + sourceRoom * 20

let sortedX: usize = 0
let sortedY: usize = 0
let sortedZ: usize = 0
/** x, y, z, weight of each point as singles, in the frame of its leaf. */
let framedPoints: usize = 0
let softeningSquared: f64 = 0

/** x, y and z of the sinks in doubles, each `sinkRoom` long. */
let sinks: usize = 0
/** x, y, z of each sink: what pulls it, in doubles. */
let pulls: usize = 0
/** By four sinks: x, y, z in the frame, and what pulls them, in units of weight / 2^(2 frame). */
let quads: usize = 0
let quadPulls: usize = 0
/** x, y, z, weight of the points collected, and their ranks. */
let sources: usize = 0
let sourceRanks: usize = 0

let sinkLeaf: usize = 0
let sinkCount: i32 = 0
let quadsEnd: usize = 0
let sourceCount: i32 = 0
let currentFrame: i32 = 0
let scale: f64 = 0
/** The largest span of a collected leaf's points and the sinks, in units of the frame. */
let span: f64 = 0

export function beginNear(memory: usize): void {
  sortedX = address(sortedXSlot)
  sortedY = address(sortedYSlot)
  sortedZ = address(sortedZSlot)
  framedPoints = address(keysSlot)
  softeningSquared = load<f64>(softeningSquaredSlot)
  sinks = memory
  pulls = sinks + sinkRoom * 24
  quads = pulls + sinkRoom * 24
  quadPulls = quads + (sinkRoom / 4) * quadBytes
  sources = quadPulls + (sinkRoom / 4) * quadBytes
  sourceRanks = sources + sourceRoom * 16
}

/** Takes the leaf's points as sinks; the last one again until their number is a multiple of four. */
export function beginSinks(leaf: usize): void {
  const first = load<i32>(leaf, firstPoint)
  sinkLeaf = leaf
  sinkCount = sizeOf(leaf)
  const padded = (sinkCount + 3) & ~3
  for (let i = 0; i < padded; i++) {
    const at = (<usize>(first + min(i, sinkCount - 1))) << 3
    const to = sinks + ((<usize>i) << 3)
    store<f64>(to, load<f64>(sortedX + at))
    store<f64>(to, load<f64>(sortedY + at), sinkRoom * 8)
    store<f64>(to, load<f64>(sortedZ + at), sinkRoom * 16)
  }
  const bytes = <usize>padded * 12
  quadsEnd = quads + bytes
  memory.fill(pulls, 0, <usize>padded * 24)
  memory.fill(quadPulls, 0, bytes)
  sourceCount = 0
  span = 0
  useFrame(load<i16>(leaf, frame))
}

/** Where sink i is, for `localToPoint`: x, and y and z at these distances from it. */
export function sinkAt(i: i32): usize {
  return sinks + ((<usize>i) << 3)
}

export function pullOn(i: i32): usize {
  return pulls + <usize>i * 24
}

function useFrame(exponent: i32): void {
  currentFrame = exponent
  scale = powerOfTwo(-exponent)
  const scales = f64x2.splat(scale)
  const cx = f64x2.splat(load<f64>(sinkLeaf, centreX))
  const cy = f64x2.splat(load<f64>(sinkLeaf, centreY))
  const cz = f64x2.splat(load<f64>(sinkLeaf, centreZ))
  let at = sinks
  for (let quad = quads; quad < quadsEnd; quad += quadBytes, at += 32) {
    v128.store(quad, framed(at, cx, scales))
    v128.store(quad, framed(at + sinkRoom * 8, cy, scales), 16)
    v128.store(quad, framed(at + sinkRoom * 16, cz, scales), 32)
  }
}

function framed(at: usize, centre: v128, scales: v128): v128 {
  const low = f64x2.mul(f64x2.sub(v128.load(at), centre), scales)
  const high = f64x2.mul(f64x2.sub(v128.load(at, 16), centre), scales)
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** Adds the pull of a leaf's points on the sinks, or collects them for it. @param exactly all pairs in doubles. */
export function addNearLeaf(leaf: usize, exactly: bool): void {
  const exponent = <i32>load<i16>(leaf, frame)
  if (exactly || exponent + frameOctaves < <i32>load<i16>(sinkLeaf, frame)) return addExactly(leaf)
  if (exponent !== currentFrame) {
    meetSources()
    unframe()
    useFrame(exponent)
  }
  if (leaf === sinkLeaf) return addOwn()
  const count = sizeOf(leaf)
  if (sourceCount + count > <i32>sourceRoom) meetSources()
  const ex = (load<f64>(leaf, centreX) - load<f64>(sinkLeaf, centreX)) * scale
  const ey = (load<f64>(leaf, centreY) - load<f64>(sinkLeaf, centreY)) * scale
  const ez = (load<f64>(leaf, centreZ) - load<f64>(sinkLeaf, centreZ)) * scale
  const radii = <f64>load<f32>(leaf, radius) + <f64>load<f32>(sinkLeaf, radius)
  span = max(span, sqrt(ex * ex + ey * ey + ez * ez) + radii * scale)
  let offset = f32x4.replace_lane(f32x4.splat(0), 0, <f32>ex)
  offset = f32x4.replace_lane(offset, 1, <f32>ey)
  offset = f32x4.replace_lane(offset, 2, <f32>ez)
  const first = load<i32>(leaf, firstPoint)
  const from = framedPoints + ((<usize>first) << 4)
  for (let i = 0; i < count; i++) {
    const place = <usize>(sourceCount + i)
    v128.store(sources + (place << 4), f32x4.add(v128.load(from + ((<usize>i) << 4)), offset))
    store<u32>(sourceRanks + (place << 2), first + i)
  }
  sourceCount += count
}

/** The sum of all pulls is in `pullOn` then. */
export function endSinks(): void {
  meetSources()
  unframe()
}

/** Each four sinks meet all sources that are collected, and none is collected any more. */
function meetSources(): void {
  if (sourceCount === 0) return
  const reach = closeSquare(span)
  const end = sources + ((<usize>sourceCount) << 4)
  for (let quad = quads; quad < quadsEnd; quad += quadBytes)
    if (!meet(quad, sources, end, reach)) {
      for (let i = 0; i < sourceCount; i++)
        addClose(quad, sources + ((<usize>i) << 4), load<u32>(sourceRanks + ((<usize>i) << 2)), reach)
    }
  sourceCount = 0
  span = 0
}

/** Squares of separations up to this, softened, are close. */
function closeSquare(units: f64): f32 {
  return max(<f32>(closeShare * units * units), leastSquare)
}

/**
 * Adds the pull of sources on four sinks, but of those that are close to one.
 *
 * @returns whether none is.
 */
function meet(quad: usize, from: usize, to: usize, reach: f32): bool {
  const x = v128.load(quad)
  const y = v128.load(quad, 16)
  const z = v128.load(quad, 32)
  const softened = f32x4.splat(<f32>(softeningSquared * scale * scale))
  const one = f32x4.splat(1)
  const pull = quad - quads + quadPulls
  let ax = v128.load(pull)
  let ay = v128.load(pull, 16)
  let az = v128.load(pull, 32)
  let least = f32x4.splat(Infinity)
  for (let source = from; source < to; source += 16) {
    const dx = f32x4.sub(v128.load32_splat(source), x)
    const dy = f32x4.sub(v128.load32_splat(source, 4), y)
    const dz = f32x4.sub(v128.load32_splat(source, 8), z)
    const square = f32x4.add(
      f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)),
      f32x4.add(f32x4.mul(dz, dz), softened),
    )
    least = f32x4.pmin(least, square)
    const t = f32x4.div(one, f32x4.sqrt(square))
    const p = f32x4.mul(f32x4.mul(v128.load32_splat(source, 12), t), f32x4.mul(t, t))
    ax = f32x4.add(ax, f32x4.mul(p, dx))
    ay = f32x4.add(ay, f32x4.mul(p, dy))
    az = f32x4.add(az, f32x4.mul(p, dz))
  }
  if (!v128.all_true<i32>(f32x4.gt(least, f32x4.splat(reach)))) {
    meetFar(quad, from, to, reach)
    return false
  }
  v128.store(pull, ax)
  v128.store(pull, ay, 16)
  v128.store(pull, az, 32)
  return true
}

/** The same where some are close: rare, so that the loop above need not mask anything. */
function meetFar(quad: usize, from: usize, to: usize, reach: f32): void {
  const softened = f32x4.splat(<f32>(softeningSquared * scale * scale))
  const pull = quad - quads + quadPulls
  for (let source = from; source < to; source += 16) {
    const dx = f32x4.sub(v128.load32_splat(source), v128.load(quad))
    const dy = f32x4.sub(v128.load32_splat(source, 4), v128.load(quad, 16))
    const dz = f32x4.sub(v128.load32_splat(source, 8), v128.load(quad, 32))
    const square = f32x4.add(
      f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)),
      f32x4.add(f32x4.mul(dz, dz), softened),
    )
    const isFar = f32x4.gt(square, f32x4.splat(reach))
    const t = v128.and(f32x4.div(f32x4.splat(1), f32x4.sqrt(square)), isFar)
    const p = f32x4.mul(f32x4.mul(v128.load32_splat(source, 12), t), f32x4.mul(t, t))
    v128.store(pull, f32x4.add(v128.load(pull), f32x4.mul(p, dx)))
    v128.store(pull, f32x4.add(v128.load(pull, 16), f32x4.mul(p, dy)), 16)
    v128.store(pull, f32x4.add(v128.load(pull, 32), f32x4.mul(p, dz)), 32)
  }
}

/** The leaf's points among themselves; the four that are the sinks at hand always meet in doubles, where a sink skips itself. */
function addOwn(): void {
  const first = load<i32>(sinkLeaf, firstPoint)
  const from = framedPoints + ((<usize>first) << 4)
  const to = from + ((<usize>sinkCount) << 4)
  const reach = closeSquare(2 * <f64>load<f32>(sinkLeaf, radius) * scale)
  let self = from
  for (let quad = quads; quad < quadsEnd; quad += quadBytes, self += 64) {
    const after = min(self + 64, to)
    const isFarBefore = meet(quad, from, self, reach)
    const isFarAfter = meet(quad, after, to, reach)
    for (let source = self; source < after; source += 16) addAll(quad, first + (<i32>(source - from) >> 4))
    if (isFarBefore && isFarAfter) continue
    for (let source = from; source < to; source += 16)
      if (source < self || source >= after) addClose(quad, source, first + (<i32>(source - from) >> 4), reach)
  }
}

/** The pairs of a source with four sinks that `meet` left out. */
function addClose(quad: usize, source: usize, rank: i32, reach: f32): void {
  const dx = f32x4.sub(v128.load32_splat(source), v128.load(quad))
  const dy = f32x4.sub(v128.load32_splat(source, 4), v128.load(quad, 16))
  const dz = f32x4.sub(v128.load32_splat(source, 8), v128.load(quad, 32))
  const square = f32x4.add(
    f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)),
    f32x4.add(f32x4.mul(dz, dz), f32x4.splat(<f32>(softeningSquared * scale * scale))),
  )
  let lanes = i32x4.bitmask(f32x4.le(square, f32x4.splat(reach)))
  for (let i = firstSink(quad); lanes !== 0 && i < sinkCount; i++, lanes >>>= 1)
    if ((lanes & 1) !== 0) addPair(i, rank)
}

function addAll(quad: usize, rank: i32): void {
  const i = firstSink(quad)
  for (let sink = i; sink < min(i + 4, sinkCount); sink++) addPair(sink, rank)
}

function firstSink(quad: usize): i32 {
  return <i32>((quad - quads) / 12)
}

function addExactly(leaf: usize): void {
  const first = load<i32>(leaf, firstPoint)
  const count = sizeOf(leaf)
  for (let i = 0; i < sinkCount; i++) for (let k = 0; k < count; k++) addPair(i, first + k)
}

/** The pull of a leaf's points on one sink, in doubles. */
export function addExactlyTo(i: i32, leaf: usize): void {
  const first = load<i32>(leaf, firstPoint)
  const count = sizeOf(leaf)
  for (let k = 0; k < count; k++) addPair(i, first + k)
}

/** The pull of a point on a sink, in doubles. */
function addPair(i: i32, rank: i32): void {
  const at = (<usize>rank) << 3
  const sink = sinkAt(i)
  const dx = load<f64>(sortedX + at) - load<f64>(sink)
  const dy = load<f64>(sortedY + at) - load<f64>(sink, sinkRoom * 8)
  const dz = load<f64>(sortedZ + at) - load<f64>(sink, sinkRoom * 16)
  const square = dx * dx + dy * dy + dz * dz + softeningSquared
  const cube = square * sqrt(square)
  if (cube <= leastCube) return
  const p = <f64>load<f32>(framedPoints + (at << 1), 12) / cube
  const pull = pullOn(i)
  store<f64>(pull, load<f64>(pull) + p * dx)
  store<f64>(pull, load<f64>(pull, 8) + p * dy, 8)
  store<f64>(pull, load<f64>(pull, 16) + p * dz, 16)
}

/** Adds what pulls the sinks in the frame to what pulls them in world units. */
function unframe(): void {
  const units = scale * scale
  for (let i = 0; i < sinkCount; i++) {
    const from = quadPulls + <usize>(i >> 2) * quadBytes + ((<usize>(i & 3)) << 2)
    const to = pullOn(i)
    store<f64>(to, load<f64>(to) + <f64>load<f32>(from) * units)
    store<f64>(to, load<f64>(to, 8) + <f64>load<f32>(from, 16) * units, 8)
    store<f64>(to, load<f64>(to, 16) + <f64>load<f32>(from, 32) * units, 16)
  }
  memory.fill(quadPulls, 0, quadsEnd - quads)
}
