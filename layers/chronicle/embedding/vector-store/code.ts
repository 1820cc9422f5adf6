/**
 * A vector in a quarter of its bytes, by which its product with another is known within a bound.
 *
 * Layout, little-endian: float32 scale, float32 error, then an int8 for each number, which is about its product with the
 * scale. `error` is the length of what is lost, rounded up: of a query q, |q·v − q·code·scale| ≤ |q|·error (Cauchy and
 * Schwarz).
 */
export const codeOf = (vector: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(codeHeaderBytes + vector.length)
  const codes = new Int8Array(bytes.buffer, codeHeaderBytes)
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  const scale = Math.fround(largest / 127)
  let squares = 0
  for (let index = 0; index < vector.length; index++) {
    const code = scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(vector[index]! / scale)))
    codes[index] = code
    squares += (vector[index]! - code * scale) ** 2
  }
  const header = new DataView(bytes.buffer)
  header.setFloat32(0, scale, true)
  header.setFloat32(4, Math.sqrt(squares) * roundUp + slack, true)
  return bytes
}

export const codeHeaderBytes = 8

// more than a float32 loses when it is rounded, and than sums of doubles do
const roundUp = 1 + 1e-6
const slack = 1e-7

/**
 * Which of the codes may be among the `count` vectors with the largest product with `query`: all that are, those that are
 * equal with the last of them, and some more. Places in the order of the codes.
 *
 * @param codes one after the other, all of the query's dimensions
 */
export const mayBeNearest = (query: Float32Array, codes: Uint8Array, count: number): number[] => {
  const stride = codeHeaderBytes + query.length
  const rows = codes.length / stride
  const uppers = new Float64Array(rows)
  const lowers = new Float64Array(rows)
  const queryLength = Math.hypot(...query)
  const header = new DataView(codes.buffer, codes.byteOffset, codes.byteLength)
  const values = new Int8Array(codes.buffer, codes.byteOffset, codes.byteLength)
  for (let row = 0, at = 0; row < rows; row++, at += stride) {
    const score = productAt(query, values, at + codeHeaderBytes) * header.getFloat32(at, true)
    const error = queryLength * header.getFloat32(at + 4, true)
    uppers[row] = score + error
    lowers[row] = score - error
  }
  // of the last one that is surely better than the others
  const bar = rows > count ? lowers.sort()[rows - count]! : Number.NEGATIVE_INFINITY
  const places: number[] = []
  for (let row = 0; row < rows; row++) if (uppers[row]! >= bar) places.push(row)
  return places
}

/** Four sums at a time: each addition would otherwise wait for the one before. */
const productAt = (query: Float32Array, codes: Int8Array, at: number): number => {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const end = query.length - (query.length % 4)
  for (let index = 0; index < end; index += 4) {
    s0 += query[index]! * codes[at + index]!
    s1 += query[index + 1]! * codes[at + index + 1]!
    s2 += query[index + 2]! * codes[at + index + 2]!
    s3 += query[index + 3]! * codes[at + index + 3]!
  }
  for (let index = end; index < query.length; index++) s0 += query[index]! * codes[at + index]!
  return s0 + s1 + (s2 + s3)
}
