import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const kinds = { f64: Float64Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array } as const
export type FileArray = Float64Array | Uint32Array | Int32Array | Uint8Array

/** What comes before the arrays: JSON of anything, and which arrays follow. */
interface Head {
  header: unknown
  arrays: { name: string; kind: keyof typeof kinds; length: number }[]
}

const kindOf = (array: FileArray): keyof typeof kinds =>
  (Object.keys(kinds) as (keyof typeof kinds)[]).find((kind) => array instanceof kinds[kind])!

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/**
 * A header and named arrays as one zstd frame with a checksum: uint32 length of the head, the head as JSON
 * padded with spaces, then the arrays, each padded to 8 bytes. Little-endian, as every platform of Node is.
 */
export const writeArrayFile = async (header: unknown, arrays: Record<string, FileArray>): Promise<Buffer> => {
  const entries = Object.entries(arrays)
  const head: Head = {
    header,
    arrays: entries.map(([name, array]) => ({ name, kind: kindOf(array), length: array.length })),
  }
  const text = JSON.stringify(head)
  const headBytes = aligned(4 + Buffer.byteLength(text))
  const plain = Buffer.alloc(
    entries.reduce((sum, [, { byteLength }]) => sum + aligned(byteLength), headBytes),
  )
  plain.fill(' ', 4, headBytes)
  plain.writeUInt32LE(headBytes - 4)
  plain.write(text, 4)
  let at = headBytes
  for (const [, { buffer, byteOffset, byteLength }] of entries) {
    plain.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += aligned(byteLength)
  }
  const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 }
  return promisify(zstdCompress)(plain, { params })
}

/**
 * The header, not yet checked, and the arrays, each with a buffer of its own.
 *
 * @throws Error for bytes that are damaged or something else.
 */
export const readArrayFile = async (
  bytes: Buffer,
): Promise<{ header: unknown; arrays: Record<string, FileArray> }> => {
  const plain = await promisify(zstdDecompress)(bytes)
  const headBytes = 4 + plain.readUInt32LE(0)
  const head = JSON.parse(plain.toString('utf8', 4, headBytes)) as Head
  const arrays: Record<string, FileArray> = {}
  let at = plain.byteOffset + headBytes
  for (const { name, kind, length } of head.arrays) {
    const byteLength = length * kinds[kind].BYTES_PER_ELEMENT
    arrays[name] = new kinds[kind](plain.buffer.slice(at, at + byteLength) as ArrayBuffer)
    at += aligned(byteLength)
  }
  return { header: head.header, arrays }
}
