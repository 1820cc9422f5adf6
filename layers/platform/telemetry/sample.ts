/** Values that stand for all that were added: a uniform sample of a bounded size, and always the largest. */
export interface Sample {
  add(value: number): void
  values(): number[]
}

/** `limit` values at most; all of them while there are no more. `random` in [0, 1). */
export const createSample = (limit: number, random: () => number): Sample => {
  const kept: number[] = []
  let seen = 0
  let largest = Number.NEGATIVE_INFINITY
  return {
    add: (value) => {
      largest = Math.max(largest, value)
      seen++
      // Vitter's algorithm R: each value stays with the same probability, limit / seen
      if (kept.length < limit) kept.push(value)
      else {
        const at = Math.floor(random() * seen)
        if (at < limit) kept[at] = value
      }
    },
    values: () => (seen <= limit || kept.includes(largest) ? kept : [largest, ...kept.slice(1)]),
  }
}
