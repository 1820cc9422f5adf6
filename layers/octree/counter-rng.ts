/**
 * Counter-based random numbers: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
 * as easy as 1, 2, 3" (SC 2011), as in Random123. The numbers are a pure function of key and counter, so
 * they need no state and do not depend on the order in which bodies are stepped.
 */

const rounds = 10
const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/** Words of the block that `uniformTriple` draws from; overwritten by each call. */
const block = new Uint32Array(4)

/**
 * Encrypts one block of four 32-bit words with a key of two. Words are integers modulo 2^32, signed or not.
 *
 * @param out overwritten with the four words of the result.
 */
export function philox4x32(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let x0 = counter0
  let x1 = counter1
  let x2 = counter2
  let x3 = counter3
  let k0 = key0 | 0
  let k1 = key1 | 0
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, x0)
    const low0 = Math.imul(multiplier0, x0)
    const high1 = multiplyHigh(multiplier1, x2)
    const low1 = Math.imul(multiplier1, x2)
    x0 = high1 ^ x1 ^ k0
    x1 = low1
    x2 = high0 ^ x3 ^ k1
    x3 = low0
    k0 = (k0 + weyl0) | 0
    k1 = (k1 + weyl1) | 0
  }
  out[0] = x0
  out[1] = x1
  out[2] = x2
  out[3] = x3
}

/**
 * Fills `out[0]` to `out[2]` with the three numbers of one body at one tick, uniform in [-1, 1) on a grid
 * of 2^-31. The seed is the key; tick and id hash are the counter, so every (seed, tick, id) has its own
 * block.
 *
 * @param tick integer from 0 to 2^53 - 1.
 */
export function uniformTriple(
  seedLo: number,
  seedHi: number,
  tick: number,
  idHashLo: number,
  idHashHi: number,
  out: Float64Array,
): void {
  philox4x32(tick, Math.floor(tick / 2 ** 32), idHashLo, idHashHi, seedLo, seedHi, block)
  out[0] = (block[0] - 2 ** 31) / 2 ** 31
  out[1] = (block[1] - 2 ** 31) / 2 ** 31
  out[2] = (block[2] - 2 ** 31) / 2 ** 31
}

/** The upper 32 bits of the unsigned product of two words, by 16-bit halves: every sum stays below 2^32. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = aLow * bHigh + (middle & 0xffff)
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0
}
