import type { Box, Position, SyncEntity } from './entity.ts'
import { murmur3 } from './murmur3.ts'

/** How many entities a region has and the sum of their hashes modulo 2^32. */
export interface RegionSum {
  count: number
  hash: number
}

const encoder = new TextEncoder()
let bytes = new Uint8Array(1024)
let view = new DataView(bytes.buffer)

/** The hash of where an entity is: murmur3_32(utf8(id) ‖ x ‖ y ‖ z), float64 little endian, −0 as 0. */
export const placeHash = (id: string, position: Position): number => {
  // a code unit of UTF-16 takes three bytes at most
  if (id.length * 3 + 24 > bytes.length) {
    bytes = new Uint8Array(id.length * 3 + 24)
    view = new DataView(bytes.buffer)
  }
  const { written } = encoder.encodeInto(id, bytes)
  for (let axis = 0; axis < 3; axis++) view.setFloat64(written + axis * 8, position[axis]! + 0, true)
  return murmur3(bytes, written + 24)
}

/** The region that is the whole world. */
const everywhere = '*'

/** The name `e:x:y:z` of the region of side 2^e that holds a position. */
export const regionAt = ([x, y, z]: Position, exponent: number | null): string => {
  if (exponent === null) return everywhere
  const side = 2 ** exponent
  return `${exponent}:${Math.floor(x / side)}:${Math.floor(y / side)}:${Math.floor(z / side)}`
}

/** null: of the whole world. */
export const exponentOf = (region: string): number | null =>
  region === everywhere ? null : Number(region.slice(0, region.indexOf(':')))

/** Lowest and highest corner of a region; the highest belongs to its neighbours. */
export const regionBox = (region: string): Box => {
  if (region === everywhere) return [-Infinity, -Infinity, -Infinity, Infinity, Infinity, Infinity]
  const [exponent, x, y, z] = region.split(':').map(Number) as [number, number, number, number]
  const side = 2 ** exponent
  return [x * side, y * side, z * side, (x + 1) * side, (y + 1) * side, (z + 1) * side]
}

/** What each region of that exponent has, or with null the whole world; one without entities is not in it. */
export const regionSums = (
  entities: Iterable<SyncEntity>,
  exponent: number | null,
): Map<string, RegionSum> => {
  const sums = new Map<string, RegionSum>()
  for (const { id, position } of entities) {
    const region = regionAt(position, exponent)
    let sum = sums.get(region)
    if (sum === undefined) sums.set(region, (sum = { count: 0, hash: 0 }))
    sum.count++
    sum.hash = (sum.hash + placeHash(id, position)) >>> 0
  }
  return sums
}
