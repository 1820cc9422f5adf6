import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { type Commit, decodeCommit, encodeCommit, hashCommit } from './commit.ts'
import { ArchiveDamaged } from './ledger-store.ts'

export interface EncodedBatch {
  bytes: Buffer
  /** Hex of SHA-256 of the bytes. */
  sha256: string
}

/** Level 3, with a checksum. */
export const batchCompression = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
}

/** Commits that follow each other in one chain, as one zstd frame: each its length (uint32, little-endian) and `encodeCommit`. */
export const encodeBatch = async (commits: readonly Commit[]): Promise<EncodedBatch> => {
  const parts = commits.flatMap((commit) => {
    const bytes = encodeCommit(commit)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return [length, bytes]
  })
  const bytes = await promisify(zstdCompress)(Buffer.concat(parts), batchCompression)
  return { bytes, sha256: sha256Of(bytes) }
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * The commits of a batch, each checked against its hash, and that it follows the one before.
 *
 * @throws ArchiveDamaged for anything else.
 */
export const decodeBatch = async (pointer: string, bytes: Uint8Array): Promise<Commit[]> => {
  const commits = await unpack(bytes).catch((error: Error) => {
    throw new ArchiveDamaged(pointer, error.message)
  })
  commits.forEach((commit, at) => {
    const before = commits[at - 1]
    if (hashCommit(commit) !== commit.hash)
      throw new ArchiveDamaged(pointer, `commit ${commit.number} is not what its hash says`)
    if (before !== undefined && !follows(commit, before))
      throw new ArchiveDamaged(pointer, `commit ${commit.number} does not follow ${before.number}`)
  })
  return commits
}

const follows = (commit: Commit, before: Commit): boolean =>
  commit.number === before.number + 1 &&
  commit.previousHash === before.hash &&
  commit.tenantId === before.tenantId &&
  commit.worldId === before.worldId &&
  commit.layer === before.layer &&
  commit.shard === before.shard

/** Of a batch's commits, as `encodeCommit` writes them: more is no batch of ours. */
const maxPlainBytes = 2 ** 30

const unpack = async (bytes: Uint8Array): Promise<Commit[]> => {
  const plain = await promisify(zstdDecompress)(bytes, { maxOutputLength: maxPlainBytes })
  const commits: Commit[] = []
  for (let at = 0; at < plain.length; ) {
    const end = at + 4 + plain.readUInt32LE(at)
    if (end > plain.length) throw new Error('it ends within a commit')
    commits.push(decodeCommit(plain.subarray(at + 4, end)))
    at = end
  }
  return commits
}

/** Where the batch of a part of a chain lies in the archive. */
export const batchKey = (
  { worldId, layer, shard }: Pick<Commit, 'worldId' | 'layer' | 'shard'>,
  fromNumber: number,
  toNumber: number,
): string => {
  const name = shard === '*' ? 'all' : shard.replaceAll(':', '_')
  const range = [fromNumber, toNumber].map((number) => String(number).padStart(12, '0')).join('-')
  return `archive/${worldId}/${layer}/${name}/${range}.orl`
}
