/**
 * Reads PostgreSQL's binary COPY format (src/backend/commands/copyto.c) as it arrives in chunks: an
 * 11-byte signature, int32 flags, an int32 extension length; then per row an int16 count of fields and per
 * field an int32 length (−1: null) and its bytes; an int16 −1 ends the data.
 */

/** Decodes one row whose first field's length starts at `offset`. The bytes are the caller's to copy: the chunk is used again. */
export type DecodeRow = (bytes: Buffer, view: DataView, offset: number) => void

export interface CopyReader {
  /** Rows decoded so far. */
  rows: number
  push(chunk: Buffer): void
  /** @throws Error where the data ended early. */
  end(): void
}

const headerBytes = 19

/** Calls `decode` for each row of `fields` fields, rows across chunk borders included. */
export const createCopyReader = (fields: number, decode: DecodeRow): CopyReader => {
  let rest: Buffer = Buffer.alloc(0)
  let started = false
  let ended = false

  const consume = (bytes: Buffer): number => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let offset = 0
    if (!started) {
      if (bytes.length < headerBytes) return 0
      started = true
      offset = headerBytes + view.getInt32(15)
    }
    while (!ended && offset + 2 <= bytes.length) {
      const count = view.getInt16(offset)
      if (count === -1) ended = true
      else if (count !== fields) throw new Error(`COPY sent rows of ${count} fields, not ${fields}`)
      else {
        const end = rowEnd(view, offset + 2, fields)
        if (end < 0) break
        decode(bytes, view, offset + 2)
        reader.rows++
        offset = end
      }
    }
    return offset
  }

  const reader: CopyReader = {
    rows: 0,
    push: (chunk) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      rest = bytes.subarray(consume(bytes))
    },
    end: () => {
      if (!ended) throw new Error('COPY ended in the middle of its data')
    },
  }
  return reader
}

/** Where the row ends, or −1 when it is not all there. */
const rowEnd = (view: DataView, offset: number, fields: number): number => {
  let at = offset
  for (let field = 0; field < fields; field++) {
    if (at + 4 > view.byteLength) return -1
    const length = view.getInt32(at)
    at += 4 + Math.max(0, length)
  }
  return at <= view.byteLength ? at : -1
}
