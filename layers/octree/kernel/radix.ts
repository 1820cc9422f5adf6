import { barrier, shareOf } from './barrier'
import { countsBytes, countsSlot } from './layout'
import { counts, keys, order, spareCounts, spareKeys, spareOrder } from './ranks'

/** Keys are sorted by their upper 33 bits, in three passes of 11. */
const digitBits: i32 = 11
export const lowestDigit: i32 = 30
const digits: i32 = 3

/**
 * Sorts ranks `from` to `to` - 1 by the upper bits of their keys, stably: the workers count digits of a share each,
 * and then know where each of their own goes. Passes over a digit that all have in common are left out.
 */
export function radixSort(from: i32, to: i32, worker: i32, workers: i32): void {
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
