/** Exact powers of two and the grid they span; as binary64.ts beside this folder, for the kernel. */

export const finestExponent: i32 = -512

/** 2^exponent, exactly, for -1022 to 1023. */
export function powerOfTwo(exponent: i32): f64 {
  return reinterpret<f64>((<i64>(exponent + 1023)) << 52)
}

/** The e with 2^e <= |value| < 2^(e+1); -1023 for zero and subnormal values. */
export function exponentOf(value: f64): i32 {
  return (<i32>(reinterpret<u64>(value) >> 52) & 0x7ff) - 1023
}

/** floor(coordinate * cellsPerUnit), exactly. */
export function gridCell(coordinate: f64, cellsPerUnit: f64): f64 {
  const cell = floor(coordinate * cellsPerUnit)
  // a negative coordinate near 2^-1074 times a small power underflows to -0
  return cell === 0 && coordinate < 0 ? -1 : cell
}

/** Exponent of the smallest aligned interval that holds both; 2000 where the origin lies between them. */
export function commonExponent(a: f64, b: f64): i32 {
  if (a < 0 !== b < 0) return noCommon
  let exponent = max(exponentOf(a - b), finestExponent)
  while (gridCell(a, powerOfTwo(-exponent)) !== gridCell(b, powerOfTwo(-exponent))) exponent++
  return exponent
}

export const noCommon: i32 = 2000
