import { exponentOf, powerOfTwo } from '#octree/binary64'

/** Sums of doubles that do not depend on the order of their terms. */
export interface OrderFreeSums {
  /** First every term of every sum is shown, */
  bound(sum: number, term: number): void
  /** then this, */
  begin(): void
  /** then each is added. */
  add(sum: number, term: number): void
  totals(): Float64Array
}

const largestExponent = 1_000
/** Units stay normal numbers. */
const leastExponent = -900

/**
 * Each term is rounded to a multiple of a unit so coarse that every partial sum is exact, and its rest to one of a finer
 * unit (pre-rounding: Demmel and Nguyen, "Fast reproducible floating-point summation", ARITH 2013). The units follow
 * from the largest term, which has no order. Of the largest term the totals are exact to 2^-104 times the square of
 * the number of terms, and closer than a plain sum.
 *
 * @param terms at most so many for one sum.
 */
export const createOrderFreeSums = (sums: number, terms: number): OrderFreeSums => {
  const largest = new Float64Array(sums)
  const coarse = new Float64Array(sums)
  const fine = new Float64Array(sums)
  const coarseSums = new Float64Array(sums)
  const fineSums = new Float64Array(sums)
  // 2^bits > terms
  const bits = exponentOf(Math.max(1, terms)) + 1
  return {
    bound: (sum, term) => {
      const size = Math.abs(term)
      if (size > largest[sum]) largest[sum] = size
    },
    begin: () => {
      for (let sum = 0; sum < sums; sum++) {
        const exponent = clamp(exponentOf(largest[sum]) + 1 + bits)
        // adding 1.5 * 2^e and taking it away again rounds to a multiple of 2^(e - 52)
        coarse[sum] = 1.5 * powerOfTwo(exponent)
        fine[sum] = 1.5 * powerOfTwo(clamp(exponent - 53 + bits))
      }
    },
    add: (sum, term) => {
      const rounded = term + coarse[sum] - coarse[sum]
      coarseSums[sum] += rounded
      fineSums[sum] += term - rounded + fine[sum] - fine[sum]
    },
    totals: () => coarseSums.map((total, sum) => total + fineSums[sum]),
  }
}

const clamp = (exponent: number): number => Math.min(largestExponent, Math.max(leastExponent, exponent))
