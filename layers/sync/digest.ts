const c1 = 0xcc9e2d51
const c2 = 0x1b873593

/**
 * MurmurHash3_x86_32 of a stretch of bytes, seed 0, as an unsigned 32-bit integer.
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export const murmur3 = (bytes: Uint8Array, from = 0, length = bytes.length - from): number => {
  let hash = 0
  const blocks = from + (length & ~3)
  for (let at = from; at < blocks; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash ^= Math.imul(rotate(Math.imul(word, c1), 15), c2)
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = from + length - 1; at >= blocks; at--) tail = (tail << 8) | bytes[at]!
  if ((length & 3) > 0) hash ^= Math.imul(rotate(Math.imul(tail, c1), 15), c2)
  hash ^= length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

const scratch = new Uint8Array(4_096)
const view = new DataView(scratch.buffer)

/**
 * What one entity adds to the hash of its region: of its id in UTF-8 and its position as three doubles, little endian; −0
 * counts as 0. Ids have 256 characters at most, which are up to 1,024 bytes.
 */
export const entityHash = (
  id: Uint8Array,
  idFrom: number,
  idLength: number,
  x: number,
  y: number,
  z: number,
): number => {
  for (let byte = 0; byte < idLength; byte++) scratch[byte] = id[idFrom + byte]!
  view.setFloat64(idLength, x + 0, true)
  view.setFloat64(idLength + 8, y + 0, true)
  view.setFloat64(idLength + 16, z + 0, true)
  return murmur3(scratch, 0, idLength + 24)
}

/** As digests tell it. */
export const hashText = (sum: number): string => (sum >>> 0).toString(16).padStart(8, '0')
