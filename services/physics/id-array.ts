import { type IdBytes, idLength, idStart } from '#platform/arrays/id-table'

const headerBytes = 20
const textOid = 25

/** The ids `from` to `to` - 1 as a text[] in PostgreSQL's binary format, without making strings of them. */
export const idArray = (ids: IdBytes, from: number, to: number): Buffer => {
  let size = headerBytes
  for (let index = from; index < to; index++) size += 4 + idLength(ids, index)
  const buffer = Buffer.allocUnsafe(size)
  // see layers/platform/postgres/binary-array.ts for the layout
  for (const [field, value] of [1, 0, textOid, to - from, 1].entries()) buffer.writeInt32BE(value, 4 * field)
  let at = headerBytes
  for (let index = from; index < to; index++) {
    const length = idLength(ids, index)
    const start = idStart(ids, index)
    at = buffer.writeInt32BE(length, at)
    for (let byte = 0; byte < length; byte++) buffer[at + byte] = ids.arena[start + byte]
    at += length
  }
  return buffer
}
