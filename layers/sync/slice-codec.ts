import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Fact, Position } from './facts.ts'

/** What a stored tick says of the entities of one region. */
export interface SliceContent {
  facts: [string, Fact][]
  moves: [string, Position][]
}

/** Bodies that have no region to be told in: no more, or nobody knows where they were before. */
export const anywhere = 'anywhere'

/** Below it a slice stays as it is: stores charge for 1 KiB at least, and to compress one takes 0.1 ms, however small it is. */
const leastCompressedBytes = 1_024
const plain = 0
const deflated = 1

/** JSON, deflated where that is worth its time; the first byte says which. */
export const encodeSlice = (content: SliceContent): Uint8Array => {
  const json = Buffer.from(JSON.stringify(content))
  return json.length < leastCompressedBytes
    ? Buffer.concat([Buffer.of(plain), json])
    : Buffer.concat([Buffer.of(deflated), deflateRawSync(json, { level: 1 })])
}

export const decodeSlice = (data: Uint8Array): SliceContent => {
  const rest = data.subarray(1)
  const json = data[0] === plain ? Buffer.from(rest) : inflateRawSync(rest)
  return JSON.parse(json.toString()) as SliceContent
}
