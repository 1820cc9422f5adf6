import { createHash } from 'node:crypto'
import { hashOfId } from '#platform/arrays/id-table'
import { columns, flag } from './bodies.ts'
import type { BodyCut, WholeCut } from './cut.ts'
import type { GammaCells } from './gamma-cells.ts'
import { rampList } from './ramps.ts'

/** Bodies, or cells, between two yields: a few milliseconds. */
const block = 16_384
/** Two words of the id, two of each column, one of the anchored flag; padded to whole blocks of four. */
const words = 2 + 2 * columns.length + 1

/** Two words of each coordinate, the weight and the last tick; padded. */
const cellWords = 12

/**
 * Names a state: SHA-256 over the tick, the seq, the count and the sum of one 128-bit hash per body
 * (MurmurHash3 x86-128 over its id's hash, its columns and whether it is anchored), and, where bodies act on a gamma,
 * the count and the sum of one per cell; and the ramps, where there are any. A sum does not depend on the order of its terms, so nothing needs sorting. It
 * finds divergence, it does not resist forgery.
 *
 * @yields after each block of bodies or cells.
 */
export function* stateHash(
  bodies: WholeCut,
  tick: number,
  seq: number,
  gamma: GammaCells | undefined,
): Generator<void, string> {
  const ofBodies = `${tick}:${seq}:${bodies.count}:${(yield* bodySums(bodies)).join(':')}`
  const hash = createHash('sha256').update(ofBodies)
  if (gamma !== undefined && gamma.count > 0)
    hash.update(`:${gamma.count}:${(yield* cellSums(gamma)).join(':')}`)
  if (bodies.ramps.size > 0) hash.update(`:ramps ${JSON.stringify(rampList(bodies.ramps))}`)
  return hash.digest('hex')
}

function* bodySums(bodies: BodyCut): Generator<void, Uint32Array> {
  const sums = new Uint32Array(4)
  const record = new Uint32Array(Math.ceil(words / 4) * 4)
  // a column's doubles as pairs of words: little-endian, as every platform of Node is
  const views = columns.map((column) => new Uint32Array(bodies[column].buffer, bodies[column].byteOffset))
  for (let from = 0; from < bodies.count; from += block) {
    const to = Math.min(from + block, bodies.count)
    for (let body = from; body < to; body++) {
      record[0] = hashOfId(bodies.ids, body, 1)
      record[1] = hashOfId(bodies.ids, body, 2)
      for (let column = 0; column < views.length; column++) {
        record[2 + 2 * column] = views[column][2 * body]
        record[3 + 2 * column] = views[column][2 * body + 1]
      }
      record[words - 1] = bodies.flags[body] & flag.anchored
      addHash(record, sums)
    }
    yield
  }
  return sums
}

function* cellSums({ count, at, weight, epochEnd }: GammaCells): Generator<void, Uint32Array> {
  const sums = new Uint32Array(4)
  const values = new Float64Array(cellWords / 2)
  const record = new Uint32Array(values.buffer)
  for (let cell = 0; cell < count; cell++) {
    values[0] = at[3 * cell]
    values[1] = at[3 * cell + 1]
    values[2] = at[3 * cell + 2]
    values[3] = weight[cell]
    values[4] = epochEnd[cell]
    addHash(record, sums)
    if (cell % block === block - 1) yield
  }
  return sums
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

const finish = (value: number): number => {
  const mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return again ^ (again >>> 16)
}

/** MurmurHash3_x86_128 of the words (github.com/aappleby/smhasher), added lane by lane to `sums`. */
const addHash = (record: Uint32Array, sums: Uint32Array): void => {
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  for (let at = 0; at < record.length; at += 4) {
    h1 ^= Math.imul(rotate(Math.imul(record[at], 0x239b961b), 15), 0xab0e9789)
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(rotate(Math.imul(record[at + 1], 0xab0e9789), 16), 0x38b34ae5)
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(rotate(Math.imul(record[at + 2], 0x38b34ae5), 17), 0xa1e38b93)
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(rotate(Math.imul(record[at + 3], 0xa1e38b93), 18), 0x239b961b)
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  const bytes = 4 * record.length
  h1 = finish((h1 ^ bytes) | 0)
  h2 = finish((h2 ^ bytes) | 0)
  h3 = finish((h3 ^ bytes) | 0)
  h4 = finish((h4 ^ bytes) | 0)
  sums[0] += h1 + h2 + h3 + h4
  sums[1] += h1 + h2
  sums[2] += h1 + h3
  sums[3] += h1 + h4
}
