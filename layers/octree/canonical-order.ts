import { finestExponent } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { type KeyedBodies, sharedLevels, writeKeys } from './morton.ts'
import { radixSort } from './radix-sort.ts'
import { locateRoot, type RootCell } from './root-cell.ts'

/** Orders two bodies of the same position: negative when body i comes first. */
export type CompareIds = (i: number, j: number) => number

/**
 * What one sort reads and writes. `keyed.order` and `splits` are its result: `splits[k]` is the exponent
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

/** Longest range that insertion sorts faster than three passes over 1,024 buckets. */
const insertedRange = 48

/**
 * Puts all bodies in canonical order: by Morton path (x before y before z) down to the finest cell, within
 * a finest cell by x, y, z, and at one position by `compareIds`. The order does not depend on the order of
 * the input, unless `compareIds` leaves coincident bodies equal.
 *
 * Each round sorts a range by 30-bit keys inside the smallest cell that holds it, and leaves runs of equal
 * keys to further rounds. The result is the order of full-precision keys of any width, but bits that tell
 * nothing apart are neither made nor sorted, however the density of the world varies.
 *
 * @returns whether bodies lie on both sides of an origin plane, so that the root is the eight cells that
 * meet at the origin.
 */
export function sortCanonically(sort: CanonicalSort): boolean {
  const { bodies, keyed } = sort
  for (let body = 0; body < bodies.count; body++) keyed.order[body] = body
  const root: RootCell = { exponent: 0, x: 0, y: 0, z: 0, straddlesOrigin: false }
  const pending = bodies.count > 1 ? [0, bodies.count] : []
  let straddlesOrigin = false
  while (pending.length > 0) {
    const to = pending.pop()!
    const from = pending.pop()!
    locateRoot(bodies, keyed.order, from, to, root)
    sortRound(sort, root, from, to, pending)
    // Only the first range can cross the origin: those of later rounds lie in one cell each.
    straddlesOrigin ||= root.straddlesOrigin
  }
  return straddlesOrigin
}

function sortRound(sort: CanonicalSort, root: RootCell, from: number, to: number, pending: number[]): void {
  const { bodies, keyed, spare } = sort
  if (root.exponent === finestExponent) return sortCoincident(sort, from, to)
  writeKeys(bodies, root, keyed, from, to)
  if (to - from <= insertedRange) insertionSort(keyed, from, to)
  else radixSort(keyed, spare, from, to)
  splitKeys(sort, root.exponent, from, to, pending)
}

/** Writes the splits between different keys, and leaves each run of equal ones to a further round. */
function splitKeys(sort: CanonicalSort, exponent: number, from: number, to: number, pending: number[]): void {
  const { keys } = sort.keyed
  const { splits } = sort
  let runStart = from
  for (let rank = from + 1; rank < to; rank++) {
    const difference = keys[rank] ^ keys[rank - 1]
    if (difference === 0) continue
    splits[rank] = exponent - sharedLevels(difference)
    if (rank - runStart > 1) pending.push(runStart, rank)
    runStart = rank
  }
  if (to - runStart > 1) pending.push(runStart, to)
}

/** Sorts a short range by its keys, stably. */
function insertionSort({ keys, order }: KeyedBodies, from: number, to: number): void {
  for (let rank = from + 1; rank < to; rank++) {
    const key = keys[rank]
    const body = order[rank]
    let hole = rank
    while (hole > from && keys[hole - 1] > key) {
      keys[hole] = keys[hole - 1]
      order[hole] = order[hole - 1]
      hole--
    }
    keys[hole] = key
    order[hole] = body
  }
}

/** Orders bodies that share a finest cell; there may be any number of them. */
function sortCoincident(
  { bodies, keyed, splits, compareIds }: CanonicalSort,
  from: number,
  to: number,
): void {
  const { x, y, z } = bodies
  const range = keyed.order.subarray(from, to)
  const compare = (i: number, j: number) => x[i] - x[j] || y[i] - y[j] || z[i] - z[j] || compareIds(i, j)
  // Bodies created at one point mostly come in the order of their ids already.
  if (range.some((body, k) => k > 0 && compare(range[k - 1], body) > 0)) range.sort(compare)
  splits.fill(finestExponent, from + 1, to)
}
