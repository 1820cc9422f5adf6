/** About how often keys were read of late; never fewer times than it says it forgets. */
export interface ReadCounts {
  add(key: string): void
  /** At least as many as there were since the counts were last halved, with what is left of those before. */
  estimate(key: string): number
}

const rows = 4

/**
 * A count-min sketch (Cormode and Muthukrishnan 2005) of 4 rows, of `width` counters each (a power of two), 64 KB by
 * default: a count is too high by reads / width × e at most, but for one key in 50. All counts are halved after 10 ×
 * `width` reads, so that what was hot once does not stay so.
 */
export const createReadCounts = (width = 4_096): ReadCounts => {
  const counters = new Uint32Array(rows * width)
  let added = 0
  const slots = (key: string): number[] => {
    let [a, b] = hashesOf(key)
    return Array.from({ length: rows }, (_, row) => {
      a = (a + (b | 1)) | 0
      b = Math.imul(b, 0x9e3779b1)
      return row * width + ((a >>> 7) & (width - 1))
    })
  }
  const halve = (): void => {
    for (let slot = 0; slot < counters.length; slot++) counters[slot]! >>>= 1
    added = 0
  }
  return {
    add: (key) => {
      for (const slot of slots(key)) counters[slot]!++
      if (++added >= 10 * width) halve()
    },
    estimate: (key) => Math.min(...slots(key).map((slot) => counters[slot]!)),
  }
}

/** Two of 32 bits: FNV-1a with two primes, and MurmurHash3's last step. */
const hashesOf = (key: string): [number, number] => {
  let [a, b] = [0x811c9dc5, 0x1b873593]
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return [mixed(a), mixed(b)]
}

const mixed = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
