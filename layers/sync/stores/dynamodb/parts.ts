import { bucketOf, type Item, partitionOf, partKey, type WrittenTick } from './keys.ts'

/** An item has at most 400 KB, with its keys. */
const partBytes = 350_000

export const partsOf = (data: Uint8Array): number => Math.max(1, Math.ceil(data.length / partBytes))

/** The items of one region's slice. */
export const toParts = (
  worldId: string,
  region: string,
  written: WrittenTick,
  data: Uint8Array,
  expiresAt: number,
): Item[] =>
  Array.from({ length: partsOf(data) }, (_, part) => {
    const bytes = data.subarray(part * partBytes, (part + 1) * partBytes)
    return {
      partition: { S: partitionOf(worldId, region, bucketOf(written.tick)) },
      key: { S: partKey(written, part) },
      // not every server takes an empty one
      ...(bytes.length > 0 && { data: { B: bytes } }),
      expiresAt: { N: String(expiresAt) },
    }
  })

/** Of all items of a slice, in the order of their keys. */
export const joinParts = (parts: readonly Item[]): Uint8Array => {
  if (parts.length === 1) return bytesOf(parts[0]!)
  return Buffer.concat(parts.map(bytesOf))
}

const bytesOf = ({ data }: Item): Uint8Array => data?.B ?? new Uint8Array()
