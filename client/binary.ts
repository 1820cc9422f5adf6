import { decode } from '@msgpack/msgpack'
import { ProtocolFault } from './protocol-fault.ts'
import type { StreamEncoding } from './stream-encoding.ts'

/** Bytes of one frame; nothing that Orrery sends is as long. */
const mostBytes = 64 * 2 ** 20

/** GET /events as MessagePack: a third of the bytes, and moves as columns. Give it to `createStateSync` as `encoding`. */
export const binaryEncoding: StreamEncoding = {
  accept: 'application/vnd.orrery.sync',
  createReader: () => {
    const names = new Map<number, string>()
    const split = createFrameSplitter()
    return (bytes) => split(bytes).map((frame) => readBinary(decode(frame), names))
  },
}

/** Takes bytes cut anywhere; answers the frames that they complete, without their lengths. */
const createFrameSplitter = () => {
  let parts: Uint8Array[] = []
  let size = 0
  let needed = 4
  return (bytes: Uint8Array): Uint8Array[] => {
    parts.push(bytes)
    size += bytes.length
    if (size < needed) return []
    needed = 4
    let buffer = parts.length === 1 ? parts[0]! : joined(parts, size)
    const frames: Uint8Array[] = []
    while (buffer.length >= 4) {
      const length = new DataView(buffer.buffer, buffer.byteOffset).getUint32(0)
      if (length > mostBytes) throw new ProtocolFault('a frame of the stream is too long')
      if (buffer.length < (needed = 4 + length)) break
      frames.push(buffer.subarray(4, 4 + length))
      buffer = buffer.subarray(needed)
      needed = 4
    }
    parts = buffer.length === 0 ? [] : [buffer]
    size = buffer.length
    return frames
  }
}

const joined = (parts: readonly Uint8Array[], size: number): Uint8Array => {
  const all = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

interface BinaryMessage {
  names?: [number, string][]
  changes?: { moved?: { i: Uint8Array; p: Uint8Array }; entityMoved?: unknown[] }
}

/** The message as JSON would have it. */
const readBinary = (data: unknown, names: Map<number, string>): unknown => {
  const { names: given = [], changes, ...message } = (data ?? {}) as BinaryMessage
  for (const [number, id] of given) names.set(number, id)
  if (changes === undefined) return message
  const { moved, ...rest } = changes
  if (moved === undefined) return { ...message, changes }
  return { ...message, changes: { ...rest, entityMoved: movesOf(moved, names) } }
}

const movesOf = ({ i, p }: { i: Uint8Array; p: Uint8Array }, names: Map<number, string>) => {
  const ids = new DataView(i.buffer, i.byteOffset, i.byteLength)
  const positions = new DataView(p.buffer, p.byteOffset, p.byteLength)
  if (p.byteLength !== i.byteLength * 6) throw new ProtocolFault('moves have columns of different lengths')
  return Array.from({ length: i.byteLength / 4 }, (_, row) => {
    const id = names.get(ids.getUint32(row * 4, true))
    if (id === undefined) throw new ProtocolFault('a move of a number that stands for no entity')
    const at = (axis: number) => positions.getFloat64(row * 24 + axis * 8, true)
    return { id, position: [at(0), at(1), at(2)] }
  })
}
