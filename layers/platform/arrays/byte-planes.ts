/** Bytes between two yields: about a millisecond. */
const blockBytes = 1 << 20

/**
 * The bytes of fixed-width elements by their place: the first bytes of all elements, then the second ones, and
 * so on. Signs and exponents of doubles, which are much alike, then stand together, apart from their noise:
 * zstd makes 42.6 bytes of a body's columns instead of 46.8 (random) and 39.8 instead of 46.2 (clustered), and
 * is no slower. The difference to the element before (XOR) gains 1 % more on clustered data and loses 2 % on others.
 *
 * @yields after each block.
 */
export function* splitPlanes(bytes: Uint8Array, width: number): Generator<void, Uint8Array> {
  if (width === 1) return bytes
  const count = bytes.length / width
  const planes = new Uint8Array(bytes.length)
  const block = Math.ceil(blockBytes / width)
  for (let from = 0; from < count; from += block) {
    const to = Math.min(from + block, count)
    for (let plane = 0; plane < width; plane++) {
      const base = plane * count
      for (let index = from, at = from * width + plane; index < to; index++, at += width)
        planes[base + index] = bytes[at]
    }
    yield
  }
  return planes
}

/** What `splitPlanes` was given. @yields after each block. */
export function* joinPlanes(planes: Uint8Array, width: number): Generator<void, Uint8Array> {
  if (width === 1) return planes
  const count = planes.length / width
  const bytes = new Uint8Array(planes.length)
  const block = Math.ceil(blockBytes / width)
  for (let from = 0; from < count; from += block) {
    const to = Math.min(from + block, count)
    for (let plane = 0; plane < width; plane++) {
      const base = plane * count
      for (let index = from, at = from * width + plane; index < to; index++, at += width)
        bytes[at] = planes[base + index]
    }
    yield
  }
  return bytes
}
