/** A set of pairs of whole numbers from 0 to 2^31 - 1. */
export interface PairSet {
  /** Nothing where it is there already. */
  add(first: number, second: number): void
  forEach(visit: (first: number, second: number) => void): void
  /** In the order of their adding, as first and second by turns. */
  pairs(): Int32Array
  bytes(): number
}

const fullestShare = 0.6

/** Open addressing over an array of pairs: 20 to 40 bytes a pair, where a Set of strings takes 150. */
export const createPairSet = (from: Int32Array = new Int32Array(0)): PairSet => {
  let pairs = new Int32Array(Math.max(128, from.length))
  let count = 0
  let slots = new Int32Array(256)

  const find = (first: number, second: number): number => {
    const mask = slots.length - 1
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    let slot = (hash ^ (hash >>> 13)) & mask
    for (let at = slots[slot]!; at !== 0; at = slots[slot]!) {
      if (pairs[2 * at - 2] === first && pairs[2 * at - 1] === second) return -1
      slot = (slot + 1) & mask
    }
    return slot
  }

  const add = (first: number, second: number): void => {
    const slot = find(first, second)
    if (slot === -1) return
    if (2 * count === pairs.length) {
      const larger = new Int32Array(2 * pairs.length)
      larger.set(pairs)
      pairs = larger
    }
    pairs[2 * count] = first
    pairs[2 * count + 1] = second
    slots[slot] = ++count
    if (count > fullestShare * slots.length) rehash()
  }

  const rehash = (): void => {
    slots = new Int32Array(2 * slots.length)
    for (let at = 0; at < count; at++) slots[find(pairs[2 * at]!, pairs[2 * at + 1]!)] = at + 1
  }

  for (let at = 0; at < from.length; at += 2) add(from[at]!, from[at + 1]!)
  return {
    add,
    forEach: (visit) => {
      for (let at = 0; at < count; at++) visit(pairs[2 * at]!, pairs[2 * at + 1]!)
    },
    pairs: () => pairs.slice(0, 2 * count),
    bytes: () => pairs.byteLength + slots.byteLength,
  }
}

export const pairSetBytes = (set: PairSet): number => set.bytes()
