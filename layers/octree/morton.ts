import { gridCell, powerOfTwo } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'

/** Levels that one key tells apart: 10 bits an axis below its root cell, 30 bits in one word. */
export const keyLevels = 10

/** Morton keys and the bodies they belong to, equally long. */
export interface KeyedBodies {
  /** Bit 3k + 2 is bit k of the x cell coordinate, 3k + 1 of y, 3k of z. */
  keys: Uint32Array
  order: Uint32Array
}

/**
 * The cell that keys count from: its side is 2^exponent units, its lowest corner (x, y, z) in units of
 * 2^(exponent - keyLevels), integers that may exceed 32 bits.
 */
export interface KeyRoot {
  exponent: number
  x: number
  y: number
  z: number
}

/** The 10 bits of each index, moved three places apart: 4 KB, always in cache. */
const spreadBits = Uint32Array.from({ length: 1 << keyLevels }, (_, value) => {
  let spread = 0
  for (let bit = 0; bit < keyLevels; bit++) spread |= ((value >>> bit) & 1) << (3 * bit)
  return spread
})

/** Writes the keys of the bodies at ranks `from` to `to - 1`, all of which lie in the root cell. */
export function writeKeys(
  bodies: BodyArrays,
  root: KeyRoot,
  keyed: KeyedBodies,
  from: number,
  to: number,
): void {
  const { x, y, z } = bodies
  const { keys, order } = keyed
  const { x: originX, y: originY, z: originZ } = root
  const cellsPerUnit = powerOfTwo(keyLevels - root.exponent)
  for (let rank = from; rank < to; rank++) {
    const body = order[rank]
    // The difference of the floors, not the floor of the difference, which could round into the next cell.
    const cellX = gridCell(x[body], cellsPerUnit) - originX
    const cellY = gridCell(y[body], cellsPerUnit) - originY
    const cellZ = gridCell(z[body], cellsPerUnit) - originZ
    keys[rank] = (spreadBits[cellX] << 2) | (spreadBits[cellY] << 1) | spreadBits[cellZ]
  }
}

/**
 * Levels below the root down to the last cell that two keys share: 0 where the root's own octants part
 * them, `keyLevels` for equal keys.
 *
 * @param difference the exclusive or of the keys.
 */
export function sharedLevels(difference: number): number {
  return ((Math.clz32(difference) - 2) / 3) | 0
}
