import type { KeyedBodies } from './morton.ts'

const digitBits = 10
const digits = 3
const buckets = 1 << digitBits
const digitMask = buckets - 1

/** Bucket counts of each digit, then bucket positions. Cleared by every sort. */
const counts = new Uint32Array(digits * buckets)

/**
 * Sorts ranks `from` to `to - 1` by their 30-bit keys, stably: LSD radix sort in three passes of 10-bit
 * digits. A digit that is constant over the range costs no pass.
 *
 * @param spare scratch of the same lengths; the same ranks of it are overwritten.
 */
export function radixSort(keyed: KeyedBodies, spare: KeyedBodies, from: number, to: number): void {
  countDigits(keyed.keys, from, to)
  let source = keyed
  let target = spare
  for (let digit = 0; digit < digits; digit++) {
    const shift = digit * digitBits
    const base = digit * buckets
    if (counts[base + ((source.keys[from] >>> shift) & digitMask)] === to - from) continue
    countsToPositions(base, from)
    scatter(source, target, shift, base, from, to)
    ;[source, target] = [target, source]
  }
  if (source === spare) {
    keyed.keys.set(spare.keys.subarray(from, to), from)
    keyed.order.set(spare.order.subarray(from, to), from)
  }
}

function countDigits(keys: Uint32Array, from: number, to: number): void {
  counts.fill(0)
  for (let rank = from; rank < to; rank++) {
    const key = keys[rank]
    counts[key & digitMask]++
    counts[buckets + ((key >>> digitBits) & digitMask)]++
    counts[2 * buckets + (key >>> (2 * digitBits))]++
  }
}

function countsToPositions(base: number, from: number): void {
  let position = from
  for (let bucket = base; bucket < base + buckets; bucket++) {
    const count = counts[bucket]
    counts[bucket] = position
    position += count
  }
}

function scatter(
  { keys, order }: KeyedBodies,
  { keys: targetKeys, order: targetOrder }: KeyedBodies,
  shift: number,
  base: number,
  from: number,
  to: number,
): void {
  for (let rank = from; rank < to; rank++) {
    const key = keys[rank]
    const position = counts[base + ((key >>> shift) & digitMask)]++
    targetKeys[position] = key
    targetOrder[position] = order[rank]
  }
}
