import type { WeightFunction } from './settings.ts'

/**
 * Activities and weights are counted in whole quanta of 2^-20, so that their sums are exact integers: no order, split
 * or batching of the ticks changes a sum, nor the hash of a commit.
 */
export const quantaPerUnit = 2 ** 20

/** The largest number of quanta of one contribution: about 1.07e9 units; anything above counts as this. */
const maxQuanta = 2 ** 50 - 1

/** The nearest whole number of quanta, from 0 to `maxQuanta`. */
export const toQuanta = (value: number): number => {
  return Math.min(Math.max(Math.floor(value * quantaPerUnit + 0.5), 0), maxQuanta)
}

export const fromQuanta = (quanta: bigint): number => Number(quanta) / quantaPerUnit

/** baseWeight · f(activity) in quanta, for activities of 0 and above. */
export const weightInQuanta = (
  weight: WeightFunction,
  baseWeight: number,
): ((activity: number) => number) => {
  switch (weight.function) {
    case 'linear':
      return (activity) => toQuanta(baseWeight * activity)
    case 'power': {
      const { alpha, beta } = weight
      return (activity) => toQuanta(baseWeight * alpha * power(activity, beta))
    }
    case 'softFloor': {
      const { epsilon } = weight
      return (activity) => toQuanta(baseWeight * Math.sqrt(activity * activity + epsilon * epsilon))
    }
  }
}

/**
 * base^exponent for base ≥ 0 and an exponent in steps of 1/256, by × and √ alone: those are exact to the last bit on
 * every machine, which Math.pow is not.
 */
const power = (base: number, exponent: number): number => {
  const steps = Math.round(exponent * 256)
  let result = 1
  for (let whole = steps >>> 8, square = base; whole > 0; whole >>>= 1, square *= square)
    if (whole & 1) result *= square
  for (let bit = 128, root = Math.sqrt(base); bit > 0; bit >>>= 1, root = Math.sqrt(root))
    if (steps & bit) result *= root
  return result
}
