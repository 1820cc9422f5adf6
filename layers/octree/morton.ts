import { powerOfTwo } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'

/** Levels of one key: 21 bits an axis below the root cell, 63 bits in all. */
export const keyLevels = 21

/**
 * Morton keys beside the bodies they belong to, equally long. A key's bit 3k + 2 is bit k of the x cell
 * coordinate, 3k + 1 of y, 3k of z; `high` holds bits 32 to 62, `low` bits 0 to 31.
 */
export interface KeyedBodies {
  high: Uint32Array
  low: Uint32Array
  order: Uint32Array
}

/**
 * The cell that keys count from. Its lowest corner is (x, y, z) * 2^(exponent - keyLevels): corner
 * coordinates are integers in units of the last bit, doubles because they may exceed 32 bits.
 */
export interface KeyRoot {
  exponent: number
  x: number
  y: number
  z: number
}

/** The 11 bits of each index, moved three places apart. A lookup is faster here than six mask steps. */
const spreadBits = Uint32Array.from({ length: 2048 }, (_, value) => {
  let spread = 0
  for (let bit = 0; bit < 11; bit++) spread |= ((value >>> bit) & 1) << (3 * bit)
  return spread
})

/** Writes the keys of bodies order[from] to order[to - 1], all of which lie in the root cell. */
export function writeKeys(bodies: BodyArrays, root: KeyRoot, keyed: KeyedBodies, from: number, to: number): void {
  const { x, y, z } = bodies
  const { high, low, order } = keyed
  const scale = powerOfTwo(keyLevels - root.exponent)
  const { x: originX, y: originY, z: originZ } = root
  for (let k = from; k < to; k++) {
    const body = order[k]
    // Floor before the subtraction: -1e-30 minus an origin of -2^20 would round up into the next cell.
    const cellX = Math.floor(x[body] * scale) - originX
    const cellY = Math.floor(y[body] * scale) - originY
    const cellZ = Math.floor(z[body] * scale) - originZ
    high[k] = spreadBits[cellX >>> 10] | (spreadBits[cellY >>> 11] << 2) | (spreadBits[cellZ >>> 11] << 1)
    low[k] =
      (spreadBits[cellX & 1023] << 2) | (spreadBits[cellY & 2047] << 1) | spreadBits[cellZ & 2047]
  }
}

/**
 * Levels below the root down to the last cell that keys a and b share: 0 where the root's own octants
 * part them, `keyLevels` for equal keys.
 */
export function sharedLevels(highDifference: number, lowDifference: number): number {
  if (highDifference !== 0) return ((Math.clz32(highDifference) - 1) / 3) | 0
  if (lowDifference !== 0) return ((Math.clz32(lowDifference) + 31) / 3) | 0
  return keyLevels
}
