import { decode } from '@msgpack/msgpack'

interface Columns {
  i: Uint8Array
  p: Uint8Array
}

interface Decoded {
  id: string
  type: string
  [field: string]: unknown
}

/** Reads a stream of docs/sync-protocol.md, "Encodings", message by message as JSON would have them, and nothing but whole messages. */
export const createBinaryReader = (): ((bytes: Uint8Array) => Decoded[]) => {
  const names = new Map<number, string>()
  let waiting = Buffer.alloc(0)
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes])
    const messages: Decoded[] = []
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
      const end = 4 + waiting.readUInt32BE(0)
      messages.push(plain(decode(waiting.subarray(4, end)) as Decoded, names))
      waiting = waiting.subarray(end)
    }
    return messages
  }
}

const plain = ({ names: given, changes, ...message }: Decoded, names: Map<number, string>): Decoded => {
  for (const [number, id] of (given ?? []) as [number, string][]) names.set(number, id)
  if (changes === undefined) return message as Decoded
  const { moved, ...rest } = changes as { moved?: Columns }
  const entityMoved = moved && { entityMoved: movesOf(moved, names) }
  return { ...(message as Decoded), changes: { ...rest, ...entityMoved } }
}

const movesOf = ({ i, p }: Columns, names: Map<number, string>) => {
  const [numbers, positions] = [viewOf(i), viewOf(p)]
  return Array.from({ length: i.length / 4 }, (_, row) => {
    const id = names.get(numbers.getUint32(4 * row, true))
    if (id === undefined) throw new Error('a number without a name')
    const position = [0, 8, 16].map((at) => positions.getFloat64(24 * row + at, true))
    return { id, position }
  })
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
