import { coarsestRegionExponent, parseRegion, type Region } from '#octree/region'

/**
 * Where a region lies in Morton order, as 21 bytes that databases compare like any other: the coordinates of its
 * lowest corner on the grid of the finest regions, their bits interleaved x before y before z. The regions inside
 * one form a range, so that every tile is a range scan whatever its size.
 */
export type Place = Buffer

/** Finest exponent of a region is -13, and coordinates are below 2^40: 54 bits an axis with the sign. */
const finest = -13
const bitsPerAxis = 41 - finest

export const everything = '*'

/** @throws RangeError for what is no region. */
export const placeOf = (region: string): Place =>
  region === everything ? Buffer.alloc(placeBytes) : cornerPlace(parseRegion(region))

/** 3 × 54 bits. */
const placeBytes = 21

const cornerPlace = ({ exponent, x, y, z }: Region): Place => {
  const axes = [x, y, z].map(
    (cell) => (BigInt(cell) << BigInt(exponent - finest)) + (1n << BigInt(bitsPerAxis - 1)),
  )
  return toBytes((spread(axes[0]!) << 2n) | (spread(axes[1]!) << 1n) | spread(axes[2]!))
}

/** Bits of a number below 2^54 moved to every third place. */
const spread = (value: bigint): bigint =>
  spread27(Number(value & 0x7ffffffn)) | (spread27(Number(value >> 27n)) << 81n)

const spread27 = (value: number): bigint =>
  table[value & 511]! | (table[(value >>> 9) & 511]! << 27n) | (table[value >>> 18]! << 54n)

const table = Array.from({ length: 512 }, (_, value) => {
  let spreadBits = 0n
  for (let bit = 0; bit < 9; bit++) if (value & (1 << bit)) spreadBits |= 1n << BigInt(3 * bit)
  return spreadBits
})

const toBytes = (value: bigint): Place => {
  const bytes = Buffer.alloc(placeBytes)
  bytes.writeBigUInt64BE(value & 0xffffffffffffffffn, 13)
  bytes.writeBigUInt64BE((value >> 64n) & 0xffffffffffffffffn, 5)
  bytes.writeUIntBE(Number(value >> 128n), 0, 5)
  return bytes
}

/** The places of all regions inside one, from `first` up to but without `end`; itself is among them. */
export const placesInside = (region: string): { first: Place; end: Place } => {
  if (region === everything) return { first: Buffer.alloc(placeBytes), end: Buffer.alloc(placeBytes, 255) }
  const { exponent, ...corner } = parseRegion(region)
  const first = cornerPlace({ exponent, ...corner })
  const size = 1n << BigInt(3 * (exponent - finest))
  return { first, end: toBytes(fromBytes(first) + size) }
}

const fromBytes = (place: Place): bigint =>
  (BigInt(place.readUIntBE(0, 5)) << 128n) | (place.readBigUInt64BE(5) << 64n) | place.readBigUInt64BE(13)

/** The order of entries: of their places, and of one place the larger region first. */
export const compareRegions = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(placeOf(a), placeOf(b)) || exponentOf(b) - exponentOf(a)

const exponentOf = (region: string): number =>
  region === everything ? coarsestRegionExponent + 1 : parseRegion(region).exponent

/** The region of a cell size that holds a region; itself where it has that size. @throws RangeError where it is larger. */
export const regionAbove = (region: string, cell: number | '*'): string => {
  if (cell === everything || region === everything) {
    if (cell !== everything) throw new RangeError(`${region} lies in no region of 2^${cell} units`)
    return everything
  }
  const { exponent, x, y, z } = parseRegion(region)
  if (exponent > cell) throw new RangeError(`${region} lies in no region of 2^${cell} units`)
  const scale = 2 ** (cell - exponent)
  return `${cell}:${Math.floor(x / scale)}:${Math.floor(y / scale)}:${Math.floor(z / scale)}`
}

/** Whether a region lies in another one, or is it. */
export const isInside = (region: string, outer: string): boolean => {
  if (outer === everything || region === outer) return true
  if (region === everything) return false
  const { exponent } = parseRegion(outer)
  return parseRegion(region).exponent <= exponent && regionAbove(region, exponent) === outer
}
