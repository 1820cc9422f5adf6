import type { Digest, LiveTick } from './live-ticks.ts'

/** A `LiveTick` as the physics has it: bodies as columns. */
export interface LiveColumns extends Omit<LiveTick, 'moves'> {
  count: number
  /** Each id as its length (uint16, little endian) and its bytes of UTF-8, one after the other. */
  ids: Uint8Array
  /** x, y, z of each body. */
  positions: Float64Array
}

interface Header {
  tick: number
  seq: number
  timestamp: string
  ticks: number
  isCut: boolean
  digests: readonly Digest[]
  count: number
}

/**
 * A message between the physics and whoever follows a world, both little endian: its length without these four bytes, the
 * length of the header, the header as JSON, ids, positions as float64.
 */
export const encodeLive = (live: LiveColumns): Uint8Array => {
  const { tick, seq, timestamp, ticks, isCut, digests, count, ids, positions } = live
  const head: Header = { tick, seq, timestamp, ticks, isCut, digests, count }
  const header = Buffer.from(JSON.stringify(head))
  const length = 4 + header.length + ids.length + 24 * count
  const message = Buffer.allocUnsafe(4 + length)
  message.writeUInt32LE(length, 0)
  message.writeUInt32LE(header.length, 4)
  let at = header.copy(message, 8) + 8
  at += Buffer.from(ids.buffer, ids.byteOffset, ids.length).copy(message, at)
  bytesOf(positions.subarray(0, 3 * count)).copy(message, at)
  return message
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/**
 * Reads what `encodeLive` made, without the length before it, message after message of one world: mostly the same bodies move,
 * whose ids need not be read again.
 */
export const createLiveDecoder = (): ((message: Buffer) => LiveTick) => {
  let idBytes = Buffer.alloc(0)
  let ids: string[] = []
  return (message) => {
    const headerLength = message.readUInt32LE(0)
    const header = JSON.parse(message.toString('utf8', 4, 4 + headerLength)) as Header
    const { count, ...rest } = header
    const positionsAt = message.length - 24 * count
    const told = message.subarray(4 + headerLength, positionsAt)
    if (!idBytes.equals(told)) {
      ids = readIds(told, count)
      // a copy: what is told is a part of a larger chunk
      idBytes = Buffer.from(told)
    }
    const positions = new DataView(message.buffer, message.byteOffset + positionsAt, 24 * count)
    const moves: LiveTick['moves'] = new Map()
    for (let body = 0; body < count; body++) {
      const at = 24 * body
      moves.set(ids[body]!, [
        positions.getFloat64(at, true),
        positions.getFloat64(at + 8, true),
        positions.getFloat64(at + 16, true),
      ])
    }
    return { ...rest, moves }
  }
}

const readIds = (bytes: Buffer, count: number): string[] => {
  const ids: string[] = []
  for (let at = 0; ids.length < count; ) {
    const end = at + 2 + bytes.readUInt16LE(at)
    ids.push(bytes.toString('utf8', at + 2, end))
    at = end
  }
  return ids
}

/** Of a stream of bytes, each message without its length; memory for one message and one chunk. */
export async function* liveMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    waiting.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    bytes += chunk.byteLength
    if (bytes < 4 || !isWhole(waiting, bytes)) continue
    let all = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting)
    for (; all.length >= 4 && all.length >= 4 + all.readUInt32LE(0); ) {
      const end = 4 + all.readUInt32LE(0)
      yield all.subarray(4, end)
      all = all.subarray(end)
    }
    waiting = [all]
    bytes = all.length
  }
}

const isWhole = (waiting: Buffer[], bytes: number): boolean => {
  const head = waiting[0]!.length >= 4 ? waiting[0]! : Buffer.concat(waiting)
  return bytes >= 4 + head.readUInt32LE(0)
}
