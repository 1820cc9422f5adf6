import type { CommitEntry } from './commit.ts'

/**
 * Entries as bytes, one after the other: uint8 1 for a correction, region, count, the three sums, lateFrom, lateTo,
 * number of refs, refs. Numbers are unsigned LEB128, texts their length in bytes and UTF-8. There is one way to
 * write an entry, which is what is hashed.
 */
export const encodeEntries = (entries: readonly CommitEntry[]): Buffer => {
  const writer = createWriter()
  for (const entry of entries) {
    writer.number(entry.correction ? 1 : 0)
    writer.text(entry.region)
    writer.big(entry.count)
    writer.big(entry.weightSum)
    writer.big(entry.activitySum)
    writer.big(entry.activitySquares)
    writer.number(entry.lateFrom)
    writer.number(entry.lateTo)
    writer.number(entry.entityRefs.length)
    for (const ref of entry.entityRefs) writer.text(ref)
  }
  return writer.bytes()
}

/** @throws Error for bytes that `encodeEntries` did not write. */
export const decodeEntries = (bytes: Uint8Array): CommitEntry[] => {
  const reader = createReader(bytes)
  const entries: CommitEntry[] = []
  while (!reader.isAtEnd()) {
    const correction = reader.number()
    if (correction > 1) throw new Error('an entry is damaged')
    entries.push({
      correction: correction === 1,
      region: reader.text(),
      count: reader.big(),
      weightSum: reader.big(),
      activitySum: reader.big(),
      activitySquares: reader.big(),
      lateFrom: reader.number(),
      lateTo: reader.number(),
      entityRefs: Array.from({ length: reader.count() }, reader.text),
    })
  }
  return entries
}

const createWriter = () => {
  let buffer = Buffer.allocUnsafe(4_096)
  let at = 0
  const room = (bytes: number): void => {
    if (at + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + bytes))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }
  const number = (value: number): void => {
    room(10)
    let rest = value
    while (rest >= 128) {
      buffer[at++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    buffer[at++] = rest
  }
  return {
    number,
    big: (value: bigint): void => {
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return number(Number(value))
      room(64)
      let rest = value
      while (rest >= 128n) {
        buffer[at++] = Number(rest & 127n) | 128
        rest >>= 7n
      }
      buffer[at++] = Number(rest)
    },
    text: (value: string): void => {
      const length = Buffer.byteLength(value)
      number(length)
      room(length)
      at += buffer.write(value, at)
    },
    bytes: () => buffer.subarray(0, at),
  }
}

const createReader = (bytes: Uint8Array) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const next = (): number => {
    if (at >= buffer.length) throw new Error('the entries end too early')
    return buffer[at++]!
  }
  const big = (): bigint => {
    let low = 0
    // almost all numbers are short, and arithmetic of big integers is slow
    for (let scale = 1; scale < 2 ** 49; scale *= 128) {
      const byte = next()
      low += (byte & 127) * scale
      if (byte < 128) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 49n; ; shift += 7n) {
      const byte = next()
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
      if (shift > 400n) throw new Error('a number of an entry is damaged')
    }
  }
  const number = (): number => {
    let value = 0
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const byte = next()
      value += (byte & 127) * scale
      if (byte < 128 && Number.isSafeInteger(value)) return value
      if (byte < 128) break
    }
    throw new Error('a number of an entry is damaged')
  }
  const count = (): number => {
    const value = number()
    if (value > buffer.length) throw new Error('a number of an entry is damaged')
    return value
  }
  return {
    isAtEnd: () => at === buffer.length,
    big,
    number,
    count,
    text: (): string => {
      const length = number()
      if (at + length > buffer.length) throw new Error('the entries end too early')
      at += length
      return buffer.toString('utf8', at - length, at)
    },
  }
}
