import { type IdBytes, idLength } from './id-table.ts'

/** Ids between two yields: a few milliseconds. */
const block = 65_536
const prefixBytes = 2

/**
 * The ids in the order of their indices, each as in an arena, without what removed ones left behind: so where each
 * lies needs no saying. @yields after each block.
 */
export function* packIds(ids: IdBytes): Generator<void, Uint8Array> {
  const { arena, offset } = ids
  let bytes = 0
  for (let index = 0; index < offset.length; index++) bytes += prefixBytes + idLength(ids, index)
  yield
  const packed = new Uint8Array(bytes)
  let used = 0
  for (let index = 0; index < offset.length; index++) {
    const from = offset[index]
    const length = prefixBytes + idLength(ids, index)
    for (let byte = 0; byte < length; byte++) packed[used + byte] = arena[from + byte]
    used += length
    if (index % block === block - 1) yield
  }
  return packed
}

/** Takes the bytes over. @throws Error where they are not `count` ids. */
export const unpackIds = (arena: Uint8Array, count: number): IdBytes => {
  const offset = new Uint32Array(count)
  let at = 0
  for (let index = 0; index < count; index++) {
    offset[index] = at
    at += prefixBytes + (arena[at] | (arena[at + 1] << 8))
  }
  if (at !== arena.length) throw new Error(`the ids take ${arena.length} bytes, not ${at}`)
  return { arena, offset }
}
