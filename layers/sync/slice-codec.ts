import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Fact, Position } from './facts.ts'

/** What a stored tick says of the entities of one region. */
export interface SliceContent {
  facts: [string, Fact][]
  moves: [string, Position][]
}

/** Bodies that have no region to be told in: no more, or nobody knows where they were before. */
export const anywhere = 'anywhere'

export const encodeSlice = (content: SliceContent): Uint8Array =>
  deflateRawSync(JSON.stringify(content), { level: 1 })

export const decodeSlice = (data: Uint8Array): SliceContent =>
  JSON.parse(inflateRawSync(data).toString()) as SliceContent
