const mix = (block: number): number => {
  const scrambled = Math.imul(block, 0xcc9e2d51)
  return Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593)
}

/** MurmurHash3 (Appleby), the variant x86_32, of the first `length` bytes; unsigned. */
export const murmur3 = (bytes: Uint8Array, length = bytes.length, seed = 0): number => {
  let hash = seed
  const blocks = length & ~3
  for (let at = 0; at < blocks; at += 4) {
    hash ^= mix(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = length - 1; at >= blocks; at--) tail = (tail << 8) | bytes[at]!
  // of an empty tail this is 0
  hash ^= mix(tail) ^ length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
