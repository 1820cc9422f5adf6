import { Encoder } from '@msgpack/msgpack'
import type { Cast } from './casts.ts'
import { formatCursor } from './cursor.ts'
import type { Frame } from './frame.ts'
import { snapshotParts, type Telling } from './messages.ts'
import { createToldNumbers } from './numbers.ts'
import type { StreamEncoder } from './stream-encoder.ts'

/** The media type of docs/sync-protocol.md, "Encodings". */
export const binaryType = 'application/vnd.orrery.sync'

/**
 * As JSON has it, a field without a value is left out. Entities may nest deeper than the library's default. One for all, which
 * keeps its memory.
 */
const encoder = new Encoder({ ignoreUndefined: true, maxDepth: 10_000 })

const encode = (value: unknown): Uint8Array => encoder.encode(value)

/** A frame but for the names, which differ from stream to stream. */
interface Encoded {
  /** Whole, for streams that know the names. */
  bytes: Uint8Array
  ids: string[]
  column: Uint32Array<ArrayBuffer>
  generation: number
  /** So many numbers there were. */
  given: number
  /** For streams that know none of them; made when there is one. */
  introduced?: Uint8Array
}

/** MessagePack behind lengths, for one stream. */
export const binaryEncoder = (telling: Telling): StreamEncoder => {
  const told = createToldNumbers()
  return {
    message: (message, cursor) => framed(encode({ id: formatCursor(cursor), ...message })),
    frame: (frame, cast) => {
      const encoded = encodedFrame(frame, cast, telling)
      const { bytes, ids, column, generation, given } = encoded
      const rows = told.tell(column, generation, given)
      if (rows.length === 0) return bytes
      const names = rows.map((row): [number, string] => [column[row]!, ids[row]!])
      if (names.length < ids.length) return withNames(bytes, names)
      return (encoded.introduced ??= withNames(bytes, names))
    },
  }
}

const lengthBytes = 4

const framed = (...parts: Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const message = Buffer.allocUnsafe(lengthBytes + length)
  message.writeUInt32BE(length)
  let at = lengthBytes
  for (const part of parts) {
    message.set(part, at)
    at += part.length
  }
  return message
}

/**
 * The frame with one more entry, the first of its map. A map of up to 15 entries, which a snapshot is, has their number in
 * its first byte: https://github.com/msgpack/msgpack/blob/master/spec.md#map-format-family
 */
const withNames = (bytes: Uint8Array, names: [number, string][]): Uint8Array => {
  const entry = encode({ names })
  entry[0] = bytes[lengthBytes]! + 1
  return framed(entry, bytes.subarray(lengthBytes + 1))
}

const made = new WeakMap<Frame, Partial<Record<Cast, Encoded>>>()

/** Of a frame that many streams are told it is made once. */
const encodedFrame = (frame: Frame, cast: Cast, telling: Telling): Encoded => {
  let casts = made.get(frame)
  if (casts === undefined) made.set(frame, (casts = {}))
  return (casts[cast] ??= encodeFrame(frame, cast, telling))
}

const encodeFrame = (frame: Frame, cast: Cast, telling: Telling): Encoded => {
  const { numbers } = telling
  const { message, changes, moved } = snapshotParts(frame, cast, telling)
  numbers.prepare()
  const ids: string[] = []
  // as they lie in memory, which is little endian wherever Node runs but on s390x
  const column = new Uint32Array(moved.length)
  const positions = new Float64Array(3 * moved.length)
  let at = 0
  for (let row = 0; row < moved.length; row++) {
    const [id, position] = moved[row]!
    ids.push(id)
    column[row] = numbers.of(id)
    // −0 is told as 0, as in JSON
    positions[at++] = position[0] + 0
    positions[at++] = position[1] + 0
    positions[at++] = position[2] + 0
  }
  const moves = moved.length > 0 && { moved: { i: bytesOf(column), p: bytesOf(positions) } }
  const bytes = framed(encode({ id: formatCursor(frame.to), ...message, changes: { ...changes, ...moves } }))
  return { bytes, ids, column, generation: numbers.generation(), given: numbers.given() }
}

const bytesOf = ({ buffer, byteLength }: Uint32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, 0, byteLength)
