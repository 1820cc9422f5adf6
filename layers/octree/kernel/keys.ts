import { gridCell, powerOfTwo } from './binary64'
import { keys, order, x, y, z } from './ranks'
import { keyLevels, rootExponent, rootX, rootY, rootZ } from './root'

/** Keys of the bodies at these ranks below the root: bit 3k + 2 is bit k of x, 3k + 1 of y, 3k of z. */
export function writeKeys(from: i32, to: i32): void {
  const cellsPerUnit = powerOfTwo(keyLevels - rootExponent)
  for (let rank = from; rank < to; rank++) {
    const at = (<usize>load<u32>(order + ((<usize>rank) << 2))) << 3
    // the difference of the floors, not the floor of the difference, which could round into the next cell
    const kx = spread(<u64>(gridCell(load<f64>(x + at), cellsPerUnit) - rootX))
    const ky = spread(<u64>(gridCell(load<f64>(y + at), cellsPerUnit) - rootY))
    const kz = spread(<u64>(gridCell(load<f64>(z + at), cellsPerUnit) - rootZ))
    store<u64>(keys + ((<usize>rank) << 3), (kx << 2) | (ky << 1) | kz)
  }
}

/** Moves the 21 low bits three places apart. */
function spread(value: u64): u64 {
  value = (value | (value << 32)) & 0x1f00000000ffff
  value = (value | (value << 16)) & 0x1f0000ff0000ff
  value = (value | (value << 8)) & 0x100f00f00f00f00f
  value = (value | (value << 4)) & 0x10c30c30c30c30c3
  return (value | (value << 2)) & 0x1249249249249249
}

/** Levels below the root that two keys share, of their exclusive or. */
export function sharedLevels(difference: u64): i32 {
  return <i32>((clz<u64>(difference) - 1) / 3)
}
