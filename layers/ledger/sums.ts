/**
 * Exact sums of whole numbers in pairs of doubles, `high · 2^52 + low` with low < 2^52: as fast as a plain sum and exact
 * to 2^105, where BigInt is twenty times slower.
 */
const lowRange = 2 ** 52

/** Column of sums; grows with `growPairs`. */
export interface Pairs {
  high: Float64Array
  low: Float64Array
}

export const allocatePairs = (length: number): Pairs => ({
  high: new Float64Array(length),
  low: new Float64Array(length),
})

export const growPairs = (pairs: Pairs, length: number): void => {
  const { high, low } = allocatePairs(length)
  high.set(pairs.high)
  low.set(pairs.low)
  pairs.high = high
  pairs.low = low
}

/** Adds a whole number of 0 to 2^52. */
export const addNumber = ({ high, low }: Pairs, index: number, value: number): void => {
  let sum = low[index]! + value
  if (sum >= lowRange) {
    sum -= lowRange
    high[index]!++
  }
  low[index] = sum
}

const lowMask = (1n << 52n) - 1n

/** Adds a whole number of 0 to 2^104. */
export const addBig = (pairs: Pairs, index: number, value: bigint): void => {
  pairs.high[index]! += Number(value >> 52n)
  addNumber(pairs, index, Number(value & lowMask))
}

export const sumOf = ({ high, low }: Pairs, index: number): bigint =>
  (BigInt(high[index]!) << 52n) + BigInt(low[index]!)
