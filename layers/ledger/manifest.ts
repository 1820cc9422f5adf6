import { createHash } from 'node:crypto'
import type { LayerName } from './settings.ts'

/** Where the chain of a shard stood at the end of a window. */
export interface ManifestHead {
  shard: string
  number: number
  /** Hex. */
  hash: string
}

export interface Manifest {
  layer: LayerName
  epochStart: number
  epochEnd: number
  /** Hex; of 64 zeros for the first one of a layer. */
  previousHash: string
  /** Of every shard with a commit in the window, in the order of `compareRegions`. */
  heads: readonly ManifestHead[]
}

/** Hex of SHA-256 over the window, the heads of its chains, and the manifest before. */
export const hashManifest = ({ layer, epochStart, epochEnd, previousHash, heads }: Manifest): string => {
  const lines = heads.map(({ shard, number, hash }) => [shard, number, hash])
  return createHash('sha256')
    .update(JSON.stringify([1, layer, epochStart, epochEnd, previousHash, lines]))
    .digest('hex')
}
