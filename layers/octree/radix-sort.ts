import type { KeyedBodies } from './morton.ts'

const digitBits = 11
const buckets = 1 << digitBits
const digitMask = buckets - 1
const wordDigits = 3

/** Bucket counts of the six digits, then bucket positions. Cleared by every sort, which never yields. */
const counts = new Uint32Array(2 * wordDigits * buckets)

/**
 * Sorts the range [from, to) of keyed bodies by their 63-bit keys, stably: LSD radix sort with 11-bit
 * digits, which takes six passes where 8-bit digits take eight. Digits that are constant over the range
 * cost no pass.
 *
 * @param spare scratch of the same lengths; its range [from, to) is overwritten.
 */
export function radixSort(keyed: KeyedBodies, spare: KeyedBodies, from: number, to: number): void {
  countDigits(keyed, from, to)
  let source = keyed
  let target = spare
  for (let digit = 0; digit < 2 * wordDigits; digit++) {
    const word = digit < wordDigits ? source.low : source.high
    const shift = (digit % wordDigits) * digitBits
    const base = digit * buckets
    if (counts[base + ((word[from] >>> shift) & digitMask)] === to - from) continue
    countsToPositions(base, from)
    scatter(word, shift, base, source, target, from, to)
    ;[source, target] = [target, source]
  }
  if (source === spare) {
    keyed.high.set(spare.high.subarray(from, to), from)
    keyed.low.set(spare.low.subarray(from, to), from)
    keyed.order.set(spare.order.subarray(from, to), from)
  }
}

function countDigits({ high, low }: KeyedBodies, from: number, to: number): void {
  counts.fill(0)
  for (let k = from; k < to; k++) {
    const lowWord = low[k]
    const highWord = high[k]
    counts[lowWord & digitMask]++
    counts[buckets + ((lowWord >>> 11) & digitMask)]++
    counts[2 * buckets + (lowWord >>> 22)]++
    counts[3 * buckets + (highWord & digitMask)]++
    counts[4 * buckets + ((highWord >>> 11) & digitMask)]++
    counts[5 * buckets + (highWord >>> 22)]++
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
  word: Uint32Array,
  shift: number,
  base: number,
  source: KeyedBodies,
  target: KeyedBodies,
  from: number,
  to: number,
): void {
  const { high, low, order } = source
  const { high: targetHigh, low: targetLow, order: targetOrder } = target
  for (let k = from; k < to; k++) {
    const position = counts[base + ((word[k] >>> shift) & digitMask)]++
    targetHigh[position] = high[k]
    targetLow[position] = low[k]
    targetOrder[position] = order[k]
  }
}
