/**
 * One-dimensional arrays in PostgreSQL's binary format, for `unnest($1::float8[], …)`. pg sends a Buffer
 * parameter as binary, so the server neither parses decimals nor unescapes quotes.
 *
 * Layout (src/backend/utils/adt/arrayfuncs.c, array_recv): int32 dimensions, int32 has-null, uint32 element
 * oid, then per dimension int32 length and int32 lower bound, then per element int32 byte length (−1: null)
 * and its bytes in the element's own binary format.
 */

const headerBytes = 20
const oid = {
  bool: 16,
  int8: 20,
  int4: 23,
  int2: 21,
  text: 25,
  float8: 701,
  timestamptz: 1184,
  uuid: 2950,
  jsonb: 3802,
  bytea: 17,
} as const

export const float8Array = (values: ArrayLike<number>): Buffer =>
  fixedWidth(oid.float8, values.length, 8, (buffer, offset, index) =>
    buffer.writeDoubleBE(values[index]!, offset),
  )

/** Integers of up to 53 bits. */
export const int8Array = (values: ArrayLike<number>): Buffer =>
  fixedWidth(oid.int8, values.length, 8, (buffer, offset, index) => {
    const value = values[index]!
    buffer.writeInt32BE(Math.floor(value / 2 ** 32), offset)
    buffer.writeUInt32BE(value >>> 0, offset + 4)
  })

// 2000-01-01T00:00Z
const postgresEpochMs = 946_684_800_000

/** Milliseconds since 1970; exact over the whole range of Date. */
export const timestamptzArray = (msValues: readonly number[]): Buffer =>
  fixedWidth(oid.timestamptz, msValues.length, 8, (buffer, offset, index) => {
    buffer.writeBigInt64BE(BigInt(msValues[index]! - postgresEpochMs) * 1_000n, offset)
  })

/** One value, for `$1::timestamptz`: as text, years before Christ and beyond 9999 have a form of PostgreSQL's own. */
export const timestamptz = (ms: number): Buffer => {
  const buffer = Buffer.allocUnsafe(8)
  buffer.writeBigInt64BE(BigInt(ms - postgresEpochMs) * 1_000n)
  return buffer
}

export const int4Array = (values: ArrayLike<number>): Buffer =>
  fixedWidth(oid.int4, values.length, 4, (buffer, offset, index) =>
    buffer.writeInt32BE(values[index]!, offset),
  )

export const int2Array = (values: ArrayLike<number>): Buffer =>
  fixedWidth(oid.int2, values.length, 2, (buffer, offset, index) =>
    buffer.writeInt16BE(values[index]!, offset),
  )

export const boolArray = (values: ArrayLike<boolean | number>): Buffer =>
  fixedWidth(oid.bool, values.length, 1, (buffer, offset, index) =>
    buffer.writeUInt8(values[index] ? 1 : 0, offset),
  )

export const uuidArray = (values: readonly string[]): Buffer =>
  fixedWidth(oid.uuid, values.length, 16, (buffer, offset, index) =>
    buffer.write(values[index]!.replaceAll('-', ''), offset, 'hex'),
  )

export const textArray = (values: readonly (string | null)[]): Buffer => variableWidth(oid.text, values, 0)

/** Each element is JSON text already (`JSON.stringify`). */
export const jsonbArray = (values: readonly string[]): Buffer => variableWidth(oid.jsonb, values, 1)

export const byteaArray = (values: readonly Uint8Array[]): Buffer => {
  let size = headerBytes
  for (const value of values) size += 4 + value.length
  const buffer = Buffer.allocUnsafe(size)
  writeHeader(buffer, oid.bytea, values.length, false)
  let offset = headerBytes
  for (const value of values) {
    offset = buffer.writeInt32BE(value.length, offset)
    buffer.set(value, offset)
    offset += value.length
  }
  return buffer
}

const writeHeader = (buffer: Buffer, elementOid: number, length: number, hasNull: boolean): void => {
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeUInt32BE(elementOid, 8)
  buffer.writeInt32BE(length, 12)
  buffer.writeInt32BE(1, 16)
}

const fixedWidth = (
  elementOid: number,
  length: number,
  bytes: number,
  write: (buffer: Buffer, offset: number, index: number) => void,
): Buffer => {
  const buffer = Buffer.allocUnsafe(headerBytes + length * (4 + bytes))
  writeHeader(buffer, elementOid, length, false)
  for (let index = 0, offset = headerBytes; index < length; index++, offset += 4 + bytes) {
    buffer.writeInt32BE(bytes, offset)
    write(buffer, offset + 4, index)
  }
  return buffer
}

/** `versionBytes`: 1 for jsonb, whose binary format is the byte 1 and then the text. */
const variableWidth = (
  elementOid: number,
  values: readonly (string | null)[],
  versionBytes: 0 | 1,
): Buffer => {
  let size = headerBytes
  for (const value of values) size += 4 + (value === null ? 0 : versionBytes + Buffer.byteLength(value))
  const buffer = Buffer.allocUnsafe(size)
  writeHeader(buffer, elementOid, values.length, values.includes(null))
  let offset = headerBytes
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(-1, offset)
      continue
    }
    const start = offset + 4
    if (versionBytes === 1) buffer.writeUInt8(1, start)
    const written = buffer.write(value, start + versionBytes)
    buffer.writeInt32BE(versionBytes + written, offset)
    offset = start + versionBytes + written
  }
  return buffer
}
