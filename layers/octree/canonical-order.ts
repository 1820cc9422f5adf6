import { cellSide, commonExponent, exponentOf, finestExponent, powerOfTwo } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { type KeyedBodies, type KeyRoot, keyLevels, sharedLevels, writeKeys } from './morton.ts'
import { radixSort } from './radix-sort.ts'

/** Orders two bodies of the same position: negative when body i comes first. */
export type CompareIds = (i: number, j: number) => number

/**
 * What one sort of at least one body reads and writes. `keyed.order` and `splits` are its result: `splits[k]` is the exponent
 * of the smallest cell that holds both the body before rank k and the body at rank k; `splits[0]` is
 * unused. `finestExponent` means that the two coincide.
 */
export interface CanonicalSort {
  bodies: BodyArrays
  keyed: KeyedBodies
  spare: KeyedBodies
  splits: Int16Array
  compareIds: CompareIds
}

/** Equal keys up to this many are told apart by comparison, more by a radix sort with finer keys. */
const comparedRun = 32

/**
 * Puts all bodies in canonical order: by full-precision Morton path (x before y before z), down to the
 * finest cell; within one finest cell by x, y, z; coincident bodies by `compareIds`. The order does not
 * depend on the order of the input, unless `compareIds` leaves coincident bodies equal.
 *
 * Each round sorts a range by 63-bit keys inside the smallest cell that holds it, and leaves the runs of
 * equal keys to further rounds, so the number of rounds is bounded by the bits of a coordinate and
 * not by the density of the world.
 *
 * @returns whether bodies lie on both sides of an origin plane, so that the root is the eight cells that
 * meet at the origin.
 */
export function sortCanonically(sort: CanonicalSort): boolean {
  const { bodies, keyed } = sort
  for (let body = 0; body < bodies.count; body++) keyed.order[body] = body
  const pending = [0, bodies.count]
  let straddlesOrigin = false
  while (pending.length > 0) {
    const to = pending.pop()!
    const from = pending.pop()!
    // No range of a later round crosses the origin: its bodies share a cell.
    if (sortRound(sort, from, to, pending)) straddlesOrigin = true
  }
  return straddlesOrigin
}

function sortRound(sort: CanonicalSort, from: number, to: number, pending: number[]): boolean {
  const { bodies, keyed, spare } = sort
  const { exponent, straddlesOrigin, lowX, lowY, lowZ } = rootCell(bodies, keyed.order, from, to)
  if (exponent === finestExponent) {
    sortCoincident(sort, from, to)
    return false
  }
  // A key's last bit must not be finer than the finest cell.
  const keyExponent = Math.max(exponent, finestExponent + keyLevels)
  const cells = powerOfTwo(keyLevels)
  const corner = (low: number) =>
    straddlesOrigin ? -cells / 2 : Math.floor(low / cellSide(keyExponent)) * cells
  const root: KeyRoot = { exponent: keyExponent, x: corner(lowX), y: corner(lowY), z: corner(lowZ) }
  writeKeys(bodies, root, keyed, from, to)
  radixSort(keyed, spare, from, to)
  splitKeys(sort, root, from, to, pending)
  return straddlesOrigin
}

/** Writes the splits between different keys, and settles or defers each run of equal ones. */
function splitKeys(sort: CanonicalSort, root: KeyRoot, from: number, to: number, pending: number[]): void {
  const { high, low } = sort.keyed
  const { splits } = sort
  const lastCell = root.exponent - keyLevels
  let runStart = from
  for (let rank = from + 1; rank <= to; rank++) {
    if (rank < to) {
      const levels = sharedLevels(high[rank] ^ high[rank - 1], low[rank] ^ low[rank - 1])
      if (levels === keyLevels) continue
      splits[rank] = root.exponent - levels
    }
    const length = rank - runStart
    if (length > 1 && lastCell === finestExponent) sortCoincident(sort, runStart, rank)
    else if (length > comparedRun) pending.push(runStart, rank)
    else if (length > 1) sortCompared(sort, runStart, rank)
    runStart = rank
  }
}

/** Insertion sort by full-precision path; writes the splits inside the range. */
function sortCompared(sort: CanonicalSort, from: number, to: number): void {
  const { order } = sort.keyed
  for (let rank = from + 1; rank < to; rank++) {
    const body = order[rank]
    let hole = rank
    while (hole > from && comparePaths(sort, order[hole - 1], body) > 0) {
      order[hole] = order[hole - 1]
      hole--
    }
    order[hole] = body
  }
  const { x, y, z } = sort.bodies
  for (let rank = from + 1; rank < to; rank++) {
    const [i, j] = [order[rank - 1], order[rank]]
    sort.splits[rank] = Math.max(
      commonExponent(x[i], x[j]),
      commonExponent(y[i], y[j]),
      commonExponent(z[i], z[j]),
    )
  }
}

/** Orders bodies that share a finest cell; there may be any number of them. */
function sortCoincident(sort: CanonicalSort, from: number, to: number): void {
  const range = sort.keyed.order.subarray(from, to)
  const compare = (i: number, j: number) => compareCoincident(sort, i, j)
  // Bodies created at one point mostly come in the order of their ids already.
  if (range.some((body, k) => k > 0 && compare(range[k - 1], body) > 0)) range.sort(compare)
  sort.splits.fill(finestExponent, from + 1, to)
}

/** The axis on which two paths part first decides, x before y before z. */
function comparePaths(sort: CanonicalSort, i: number, j: number): number {
  const { x, y, z } = sort.bodies
  const partX = commonExponent(x[i], x[j])
  const partY = commonExponent(y[i], y[j])
  const partZ = commonExponent(z[i], z[j])
  const part = Math.max(partX, partY, partZ)
  if (part === finestExponent) return compareCoincident(sort, i, j)
  if (part === partX) return x[i] - x[j]
  return part === partY ? y[i] - y[j] : z[i] - z[j]
}

function compareCoincident({ bodies: { x, y, z }, compareIds }: CanonicalSort, i: number, j: number): number {
  return x[i] - x[j] || y[i] - y[j] || z[i] - z[j] || compareIds(i, j)
}

/**
 * The smallest cell that holds the bodies of a range, or, where they lie on both sides of an origin
 * plane, the smallest eight equal cells around the origin; with the lowest coordinate on each axis.
 */
function rootCell({ x, y, z }: BodyArrays, order: Uint32Array, from: number, to: number) {
  let [lowX, lowY, lowZ] = [x[order[from]], y[order[from]], z[order[from]]]
  let [highX, highY, highZ] = [lowX, lowY, lowZ]
  for (let k = from + 1; k < to; k++) {
    const body = order[k]
    const px = x[body]
    const py = y[body]
    const pz = z[body]
    if (px < lowX) lowX = px
    else if (px > highX) highX = px
    if (py < lowY) lowY = py
    else if (py > highY) highY = py
    if (pz < lowZ) lowZ = pz
    else if (pz > highZ) highZ = pz
  }
  const common = Math.max(
    commonExponent(lowX, highX),
    commonExponent(lowY, highY),
    commonExponent(lowZ, highZ),
  )
  const straddlesOrigin = common === Number.POSITIVE_INFINITY
  const exponent = straddlesOrigin
    ? originExponent(Math.min(lowX, lowY, lowZ), Math.max(highX, highY, highZ))
    : common
  return { exponent, straddlesOrigin, lowX, lowY, lowZ }
}

/** Exponent of the smallest [-2^E, 2^E) that holds both, E + 1; at least one key's depth. */
function originExponent(low: number, high: number): number {
  let half = Math.max(exponentOf(low), exponentOf(high), finestExponent + keyLevels - 1)
  while (low < -cellSide(half) || high >= cellSide(half)) half++
  return half + 1
}
