import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import { joinPlanes, splitPlanes } from './byte-planes.ts'
import { drive } from './drive.ts'

const kinds = { f64: Float64Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array } as const
export type FileArray = Float64Array | Uint32Array | Int32Array | Uint8Array

/** What comes before the arrays: JSON of anything, and which arrays follow, each of so many bytes in the file. */
interface Head {
  header: unknown
  arrays: { name: string; kind: keyof typeof kinds; length: number; bytes: number }[]
}

const kindOf = (array: FileArray): keyof typeof kinds =>
  (Object.keys(kinds) as (keyof typeof kinds)[]).find((kind) => array instanceof kinds[kind])!

/** `orry` and the version of this layout. */
const magic = 0x7972726f
const layout = 2
/** uint32 magic, uint32 layout, uint32 length of the head, uint32 CRC-32 of the head. */
const prefixBytes = 16

const compression = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}

/**
 * A header and named arrays: prefix, head as JSON, then each array as one zstd frame with a checksum, its bytes
 * in planes (`splitPlanes`). Little-endian, as every platform of Node is. Beside the arrays it needs memory for
 * one of them at a time, and holds the event loop up for a millisecond at a time; zstd runs on a thread.
 *
 * @throws the signal's reason, between blocks.
 */
export const writeArrayFile = async (
  header: unknown,
  arrays: Record<string, FileArray>,
  signal?: AbortSignal,
): Promise<Buffer> => {
  const frames: Buffer[] = []
  const head: Head = { header, arrays: [] }
  for (const [name, array] of Object.entries(arrays)) {
    const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: width } = array
    const planes = await drive(splitPlanes(new Uint8Array(buffer, byteOffset, byteLength), width), signal)
    const frame = await promisify(zstdCompress)(planes, compression)
    frames.push(frame)
    head.arrays.push({ name, kind: kindOf(array), length: array.length, bytes: frame.length })
  }
  const text = Buffer.from(JSON.stringify(head))
  const prefix = Buffer.alloc(prefixBytes)
  for (const [index, value] of [magic, layout, text.length, crc32(text)].entries())
    prefix.writeUInt32LE(value, 4 * index)
  return Buffer.concat([prefix, text, ...frames])
}

/**
 * The header, not yet checked, and the arrays, each with a buffer of its own.
 *
 * @throws Error for bytes that are damaged, of another version or something else; the signal's reason.
 */
export const readArrayFile = async (
  bytes: Buffer,
  signal?: AbortSignal,
): Promise<{ header: unknown; arrays: Record<string, FileArray> }> => {
  const { head, end } = readHead(bytes)
  const arrays: Record<string, FileArray> = {}
  let at = end
  for (const { name, kind, length, bytes: frameBytes } of head.arrays) {
    const { BYTES_PER_ELEMENT: width } = kinds[kind]
    const plain = await promisify(zstdDecompress)(bytes.subarray(at, at + frameBytes))
    if (plain.length !== length * width) throw new Error(`the array ${name} has ${plain.length} bytes`)
    const joined = await drive(joinPlanes(plain, width), signal)
    // a Buffer may lie anywhere in a larger one
    const { buffer } = joined === plain ? new Uint8Array(plain) : joined
    arrays[name] = new kinds[kind](buffer as ArrayBuffer)
    at += frameBytes
  }
  if (at !== bytes.length) throw new Error(`the file has ${bytes.length} bytes, not ${at}`)
  return { header: head.header, arrays }
}

const readHead = (bytes: Buffer): { head: Head; end: number } => {
  if (bytes.length < prefixBytes || bytes.readUInt32LE(0) !== magic) throw new Error('it is no array file')
  const version = bytes.readUInt32LE(4)
  if (version !== layout) throw new Error(`its layout is ${version}, not ${layout}`)
  const end = prefixBytes + bytes.readUInt32LE(8)
  const text = bytes.subarray(prefixBytes, end)
  if (crc32(text) !== bytes.readUInt32LE(12)) throw new Error('its head is damaged')
  return { head: JSON.parse(text.toString()) as Head, end }
}
