import { barrier, shareOf } from './barrier'
import { finestExponent } from './binary64'
import { sortCoincident } from './coincident'
import { sharedLevels, writeKeys } from './keys'
import { boundsSlot } from './layout'
import { lowestDigit, radixSort } from './radix'
import { boundRange, box, keys, order, setSplit } from './ranks'
import { locateRoot, rootExponent } from './root'

/** Longest run of ties that is sorted by insertion; a longer one gets keys of its own. */
const insertedRun: i32 = 48

/**
 * Sorts the runs of ties that begin in this worker's share, and writes the splits of the ranks after their firsts. Where
 * the runs begin is read before any is sorted, for sorting may give them other keys.
 */
export function splitRuns(from: i32, to: i32, worker: i32, workers: i32): void {
  const exponent = rootExponent
  const starts = boundsSlot
  let rank = from + shareOf(to - from, worker, workers)
  // a run that began before is the earlier worker's
  if (rank > from) while (rank < to && prefixAt(rank) === prefixAt(rank - 1)) rank++
  let previous: u64 = rank > from ? prefixAt(rank - 1) : 0
  let last = to
  if (workers > 1) {
    store<i32>(starts + ((<usize>worker) << 2), rank)
    barrier(workers)
    if (worker + 1 < workers) last = load<i32>(starts + ((<usize>(worker + 1)) << 2))
  }
  while (rank < last) {
    const prefix = prefixAt(rank)
    let end = rank + 1
    while (end < last && prefixAt(end) === prefix) end++
    if (rank > from) setSplit(rank, exponent - sharedLevels((prefix ^ previous) << lowestDigit))
    if (end - rank > 1) sortRun(rank, end, exponent)
    previous = prefix
    rank = end
  }
}

function prefixAt(rank: i32): u64 {
  return load<u64>(keys + ((<usize>rank) << 3)) >> lowestDigit
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
  boundRange(from, to, box)
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
