import { barrier, shareOf } from './barrier'
import { finestExponent, gridCell, powerOfTwo } from './binary64'
import {
  address,
  boundsSlot,
  coincidentSlot,
  countSlot,
  countsBytes,
  countsSlot,
  inputXSlot,
  inputYSlot,
  inputZSlot,
  keysSlot,
  orderSlot,
  spareKeysSlot,
  spareOrderSlot,
  splitsSlot,
  straddlesSlot,
} from './layout'
import { keyLevels, locateRoot, rootExponent, rootStraddles, rootX, rootY, rootZ } from './root'

/** Keys are sorted by their upper 33 bits, in three passes of 11; ties are few then and sorted by insertion. */
const digitBits: i32 = 11
const lowestDigit: i32 = 30
const digits: i32 = 3
/** Longest run of ties that is sorted by insertion; a longer one gets keys of its own. */
const insertedRun: i32 = 48

let x: usize = 0
let y: usize = 0
let z: usize = 0
let keys: usize = 0
let order: usize = 0
let spareKeys: usize = 0
let spareOrder: usize = 0
let splits: usize = 0
let counts: usize = 0
let coincident: i32 = 0

/**
 * Puts all bodies in canonical order: by Morton path down to the finest cell, then by x, y, z, then by index; and
 * writes for each rank the exponent of the smallest cell that it shares with the rank before.
 */
export function sortBodies(worker: i32, workers: i32): void {
  const count = load<i32>(countSlot)
  x = address(inputXSlot)
  y = address(inputYSlot)
  z = address(inputZSlot)
  keys = address(keysSlot)
  order = address(orderSlot)
  spareKeys = address(spareKeysSlot)
  spareOrder = address(spareOrderSlot)
  splits = address(splitsSlot)
  counts = countsSlot + <usize>worker * countsBytes
  coincident = 0
  const from = shareOf(count, worker, workers)
  const to = shareOf(count, worker + 1, workers)
  for (let body = from; body < to; body++) store<u32>(order + ((<usize>body) << 2), body)
  if (worker === 0) store<i32>(coincidentSlot, 0)
  boundShare(from, to, boundsSlot + <usize>worker * 48)
  barrier(workers)
  locateAll(workers)
  if (worker === 0) store<i32>(straddlesSlot, rootStraddles ? 1 : 0)
  if (rootExponent === finestExponent) {
    if (worker === 0) sortCoincident(0, count)
  } else {
    writeKeys(from, to)
    radixSort(0, count, worker, workers)
    splitRuns(0, count, worker, workers)
  }
  if (coincident > 0) atomic.add<i32>(coincidentSlot, coincident)
}

/** Writes low and high corner of the bodies at these ranks; none: an empty box. */
function boundShare(from: i32, to: i32, out: usize): void {
  let lowX = Infinity
  let lowY = Infinity
  let lowZ = Infinity
  let highX = -Infinity
  let highY = -Infinity
  let highZ = -Infinity
  for (let rank = from; rank < to; rank++) {
    const at = (<usize>load<u32>(order + ((<usize>rank) << 2))) << 3
    const px = load<f64>(x + at)
    const py = load<f64>(y + at)
    const pz = load<f64>(z + at)
    lowX = min(lowX, px)
    lowY = min(lowY, py)
    lowZ = min(lowZ, pz)
    highX = max(highX, px)
    highY = max(highY, py)
    highZ = max(highZ, pz)
  }
  store<f64>(out, lowX)
  store<f64>(out, lowY, 8)
  store<f64>(out, lowZ, 16)
  store<f64>(out, highX, 24)
  store<f64>(out, highY, 32)
  store<f64>(out, highZ, 40)
}

function locateAll(workers: i32): void {
  let lowX = Infinity
  let lowY = Infinity
  let lowZ = Infinity
  let highX = -Infinity
  let highY = -Infinity
  let highZ = -Infinity
  for (let worker = 0; worker < workers; worker++) {
    const box = boundsSlot + <usize>worker * 48
    lowX = min(lowX, load<f64>(box))
    lowY = min(lowY, load<f64>(box, 8))
    lowZ = min(lowZ, load<f64>(box, 16))
    highX = max(highX, load<f64>(box, 24))
    highY = max(highY, load<f64>(box, 32))
    highZ = max(highZ, load<f64>(box, 40))
  }
  locateRoot(lowX, lowY, lowZ, highX, highY, highZ)
}

/** Keys of the bodies at these ranks below the root: bit 3k + 2 is bit k of x, 3k + 1 of y, 3k of z. */
function writeKeys(from: i32, to: i32): void {
  const cellsPerUnit = powerOfTwo(keyLevels - rootExponent)
  for (let rank = from; rank < to; rank++) {
    const at = (<usize>load<u32>(order + ((<usize>rank) << 2))) << 3
    // the difference of the floors, not the floor of the difference, which could round into the next cell
    const kx = spread(<u64>(gridCell(load<f64>(x + at), cellsPerUnit) - rootX))
    const ky = spread(<u64>(gridCell(load<f64>(y + at), cellsPerUnit) - rootY))
    const kz = spread(<u64>(gridCell(load<f64>(z + at), cellsPerUnit) - rootZ))
    store<u64>(keys + ((<usize>rank) << 3), (kx << 2) | (ky << 1) | kz)
  }
}

/** Moves the 21 low bits three places apart. */
function spread(value: u64): u64 {
  value = (value | (value << 32)) & 0x1f00000000ffff
  value = (value | (value << 16)) & 0x1f0000ff0000ff
  value = (value | (value << 8)) & 0x100f00f00f00f00f
  value = (value | (value << 4)) & 0x10c30c30c30c30c3
  return (value | (value << 2)) & 0x1249249249249249
}

/**
 * Sorts ranks `from` to `to` - 1 by the upper bits of their keys, stably: the workers count digits of a share each,
 * and then know where each of their own goes. Passes over a digit that all have in common are left out.
 */
function radixSort(from: i32, to: i32, worker: i32, workers: i32): void {
  const shareFrom = from + shareOf(to - from, worker, workers)
  const shareTo = from + shareOf(to - from, worker + 1, workers)
  let sourceKeys = keys
  let sourceOrder = order
  let targetKeys = spareKeys
  let targetOrder = spareOrder
  for (let digit = 0; digit < digits; digit++) {
    const shift = <u64>(lowestDigit + digit * digitBits)
    barrier(workers)
    countDigits(sourceKeys, shareFrom, shareTo, shift)
    barrier(workers)
    if (!placeDigits(from, to, worker, workers)) continue
    for (let rank = shareFrom; rank < shareTo; rank++) {
      const key = load<u64>(sourceKeys + ((<usize>rank) << 3))
      const slot = counts + ((<usize>((key >> shift) & 2047)) << 2)
      const place = load<u32>(slot)
      store<u32>(slot, place + 1)
      store<u64>(targetKeys + ((<usize>place) << 3), key)
      store<u32>(targetOrder + ((<usize>place) << 2), load<u32>(sourceOrder + ((<usize>rank) << 2)))
    }
    const swapKeys = sourceKeys
    const swapOrder = sourceOrder
    sourceKeys = targetKeys
    sourceOrder = targetOrder
    targetKeys = swapKeys
    targetOrder = swapOrder
  }
  barrier(workers)
  if (sourceKeys !== keys) {
    const at = (<usize>shareFrom) << 2
    const bytes = (<usize>(shareTo - shareFrom)) << 2
    memory.copy(keys + (at << 1), spareKeys + (at << 1), bytes << 1)
    memory.copy(order + at, spareOrder + at, bytes)
  }
  barrier(workers)
}

function countDigits(source: usize, from: i32, to: i32, shift: u64): void {
  memory.fill(counts, 0, countsBytes)
  for (let rank = from; rank < to; rank++) {
    const slot = counts + ((<usize>((load<u64>(source + ((<usize>rank) << 3)) >> shift) & 2047)) << 2)
    store<u32>(slot, load<u32>(slot) + 1)
  }
}

/**
 * Turns this worker's counts into places: after all smaller digits, and after the same digit of earlier workers.
 *
 * @returns false where all have the same digit.
 */
function placeDigits(from: i32, to: i32, worker: i32, workers: i32): bool {
  let place = <u32>from
  let varies = true
  for (let value: usize = 0; value < countsBytes; value += 4) {
    let mine = place
    let sum: u32 = 0
    for (let other = 0; other < workers; other++) {
      // one worker alone has its counts where it is, whichever it is
      const count =
        workers === 1 ? load<u32>(counts + value) : load<u32>(countsSlot + <usize>other * countsBytes + value)
      if (other === worker) mine = place + sum
      sum += count
    }
    if (sum === <u32>(to - from)) varies = false
    if (workers === 1) store<u32>(counts + value, place)
    else store<u32>(spareCounts + value, mine)
    place += sum
  }
  barrier(workers)
  if (workers > 1) memory.copy(counts, spareCounts, countsBytes)
  return varies
}

let spareCounts: usize = 0
export function useSpareCounts(at: usize): void {
  spareCounts = at
}

/** Sorts the runs of ties that begin in this worker's share, and writes the splits of the ranks after their firsts. */
function splitRuns(from: i32, to: i32, worker: i32, workers: i32): void {
  const exponent = rootExponent
  const shareTo = from + shareOf(to - from, worker + 1, workers)
  let rank = from + shareOf(to - from, worker, workers)
  // a run that began before is the earlier worker's
  if (rank > from) while (rank < shareTo && prefixAt(rank) === prefixAt(rank - 1)) rank++
  while (rank < shareTo) {
    const prefix = prefixAt(rank)
    let end = rank + 1
    while (end < to && prefixAt(end) === prefix) end++
    if (rank > from) {
      const difference = prefix ^ prefixAt(rank - 1)
      setSplit(rank, exponent - sharedLevels(difference << lowestDigit))
    }
    if (end - rank > 1) sortRun(rank, end, exponent)
    rank = end
  }
}

function prefixAt(rank: i32): u64 {
  return load<u64>(keys + ((<usize>rank) << 3)) >> lowestDigit
}

function setSplit(rank: i32, exponent: i32): void {
  store<i16>(splits + ((<usize>rank) << 1), <i16>exponent)
}

/** Levels below the root that two keys share, of their exclusive or. */
function sharedLevels(difference: u64): i32 {
  return <i32>((clz<u64>(difference) - 1) / 3)
}

/** Sorts ties of the upper bits by all bits, and what still ties, or is long, by keys of its own. */
function sortRun(from: i32, to: i32, exponent: i32): void {
  if (to - from > insertedRun) return sortBelow(from, to)
  insertionSort(from, to)
  let start = from
  for (let rank = from + 1; rank < to; rank++) {
    const difference = load<u64>(keys + ((<usize>rank) << 3)) ^ load<u64>(keys + ((<usize>(rank - 1)) << 3))
    if (difference === 0) continue
    setSplit(rank, exponent - sharedLevels(difference))
    if (rank - start > 1) sortBelow(start, rank)
    start = rank
  }
  if (to - start > 1) sortBelow(start, to)
}

/** Sorts bodies that share a cell by keys below the smallest one that they share. */
function sortBelow(from: i32, to: i32): void {
  boundShare(from, to, box)
  locateRoot(
    load<f64>(box),
    load<f64>(box, 8),
    load<f64>(box, 16),
    load<f64>(box, 24),
    load<f64>(box, 32),
    load<f64>(box, 40),
  )
  if (rootExponent === finestExponent) return sortCoincident(from, to)
  const exponent = rootExponent
  writeKeys(from, to)
  if (to - from <= insertedRun) return sortRun(from, to, exponent)
  radixSort(from, to, 0, 1)
  splitRuns(from, to, 0, 1)
}

let box: usize = 0
export function useBox(at: usize): void {
  box = at
}

function insertionSort(from: i32, to: i32): void {
  for (let rank = from + 1; rank < to; rank++) {
    const key = load<u64>(keys + ((<usize>rank) << 3))
    const body = load<u32>(order + ((<usize>rank) << 2))
    let hole = rank
    while (hole > from && load<u64>(keys + ((<usize>(hole - 1)) << 3)) > key) {
      store<u64>(keys + ((<usize>hole) << 3), load<u64>(keys + ((<usize>(hole - 1)) << 3)))
      store<u32>(order + ((<usize>hole) << 2), load<u32>(order + ((<usize>(hole - 1)) << 2)))
      hole--
    }
    store<u64>(keys + ((<usize>hole) << 3), key)
    store<u32>(order + ((<usize>hole) << 2), body)
  }
}

/** Orders bodies of one finest cell by x, y, z and index: a heap sort, for there may be a million; mostly they are in order. */
function sortCoincident(from: i32, to: i32): void {
  for (let rank = from + 1; rank < to; rank++) setSplit(rank, finestExponent)
  coincident += to - from - 1
  let rank = from + 1
  while (rank < to && !comesBefore(bodyAt(rank), bodyAt(rank - 1))) rank++
  if (rank === to) return
  const count = to - from
  for (let root = count / 2 - 1; root >= 0; root--) siftDown(from, root, count)
  for (let last = count - 1; last > 0; last--) {
    const top = bodyAt(from)
    setBody(from, bodyAt(from + last))
    setBody(from + last, top)
    siftDown(from, 0, last)
  }
}

function siftDown(from: i32, start: i32, count: i32): void {
  const body = bodyAt(from + start)
  let hole = start
  for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    if (child + 1 < count && comesBefore(bodyAt(from + child), bodyAt(from + child + 1))) child++
    if (!comesBefore(body, bodyAt(from + child))) break
    setBody(from + hole, bodyAt(from + child))
    hole = child
  }
  setBody(from + hole, body)
}

function bodyAt(rank: i32): u32 {
  return load<u32>(order + ((<usize>rank) << 2))
}

function setBody(rank: i32, body: u32): void {
  store<u32>(order + ((<usize>rank) << 2), body)
}

function comesBefore(a: u32, b: u32): bool {
  const i = (<usize>a) << 3
  const j = (<usize>b) << 3
  if (load<f64>(x + i) !== load<f64>(x + j)) return load<f64>(x + i) < load<f64>(x + j)
  if (load<f64>(y + i) !== load<f64>(y + j)) return load<f64>(y + i) < load<f64>(y + j)
  if (load<f64>(z + i) !== load<f64>(z + j)) return load<f64>(z + i) < load<f64>(z + j)
  return a < b
}
