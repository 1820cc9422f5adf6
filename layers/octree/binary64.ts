/**
 * Exact powers of two and the grid they span, in IEEE 754 binary64. A product with a power of two is exact
 * unless it underflows; Math.pow and Math.log2 are not specified exactly and appear nowhere.
 */

/**
 * Exponent of the finest cell, a side of 2^-512 units (about 7e-155). Bodies that share such a cell
 * coincide for the tree. The bound keeps p * 2^-e finite for every |p| < 2^40.
 */
export const finestExponent = -512

/** Exponent of the coarsest cell: the eight cells of side 2^40 that meet at the origin. */
const coarsestExponent = 41

const bits = new DataView(new ArrayBuffer(8))

/** 2^exponent, exactly, for integers -1022 to 1023. */
export function powerOfTwo(exponent: number): number {
  bits.setUint32(0, (exponent + 1023) << 20)
  bits.setUint32(4, 0)
  return bits.getFloat64(0)
}

/** The e with 2^e <= |value| < 2^(e+1); -1023 for zero and subnormal values. */
export function exponentOf(value: number): number {
  bits.setFloat64(0, value)
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023
}

/** Side in units of a cell of each exponent, from `finestExponent` up. */
const sides = Float64Array.from({ length: coarsestExponent - finestExponent + 1 }, (_, index) =>
  powerOfTwo(index + finestExponent),
)

/** Side in units of a cell of the tree, from a table: `finestExponent` to 41, nothing else. */
export function cellSide(exponent: number): number {
  return sides[exponent - finestExponent]
}

/**
 * floor(coordinate * cellsPerUnit), exactly: the integer coordinate of the cell of side 1 / cellsPerUnit,
 * a power of two.
 */
export function gridCell(coordinate: number, cellsPerUnit: number): number {
  const cell = Math.floor(coordinate * cellsPerUnit)
  // A negative coordinate near 2^-1074 times a small power underflows to -0.
  return cell === 0 && coordinate < 0 ? -1 : cell
}

/**
 * Exponent of the smallest grid interval [k * 2^e, (k + 1) * 2^e) that holds both coordinates, at least
 * `finestExponent`; Infinity when the origin lies between them, because no aligned interval crosses it.
 */
export function commonExponent(a: number, b: number): number {
  if (a < 0 !== b < 0) return Number.POSITIVE_INFINITY
  // An interval that holds both is longer than their distance, so the search starts at or below the answer.
  let exponent = Math.max(exponentOf(a - b), finestExponent)
  while (gridCell(a, 1 / cellSide(exponent)) !== gridCell(b, 1 / cellSide(exponent))) exponent++
  return exponent
}
