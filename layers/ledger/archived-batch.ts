import type { ObjectStore } from '#platform/object-store/object-store'
import { batchKey, decodeBatch, encodeBatch, sha256Of } from './archive-batch.ts'
import type { Commit } from './commit.ts'
import { ArchiveDamaged, type ArchivedBatch, type LayerKey } from './ledger-store.ts'

/** A batch holds at most so many commits… */
export const maxBatchCommits = 1_000
/** …and ends with the one that takes it over so many bytes of entries. */
export const maxBatchBytes = 64 * 2 ** 20

/**
 * Puts commits that follow each other in a chain (at least one) into the archive, and reads them back.
 *
 * @throws ArchiveDamaged where what comes back is not what was put: then they must stay where they are.
 */
export const archiveBatch = async (
  archive: ObjectStore,
  commits: readonly Commit[],
): Promise<ArchivedBatch> => {
  const [first, last] = [commits[0]!, commits.at(-1)!]
  const pointer = batchKey(first, first.number, last.number)
  const { bytes, sha256 } = await encodeBatch(commits)
  await archive.put(pointer, bytes)
  const back = await readArchivedBatch(archive, pointer, sha256)
  if (back.length !== commits.length || back.some(({ hash }, at) => hash !== commits[at]!.hash))
    throw new ArchiveDamaged(pointer, 'it holds other commits than were put there')
  return { pointer, commits: commits.length, bytes: bytes.length, sha256 }
}

/** Every commit checked against its hash. @throws ArchiveDamaged where bytes are missing, or are not those of `sha256`, where that is known. */
export const readArchivedBatch = async (
  archive: ObjectStore,
  pointer: string,
  sha256?: string,
): Promise<Commit[]> => {
  const bytes = await archive.get(pointer)
  if (bytes === undefined) throw new ArchiveDamaged(pointer, 'it is missing')
  if (sha256 !== undefined && sha256Of(bytes) !== sha256)
    throw new ArchiveDamaged(pointer, `its SHA-256 is not ${sha256}`)
  return decodeBatch(pointer, bytes)
}

/** The chain whose batch a pointer names. @throws ArchiveDamaged where it names none of this layer. */
export const chainOfPointer = ({ worldId, layer }: LayerKey, pointer: string): string => {
  const [, world, name, shard] = pointerPattern.exec(pointer) ?? []
  if (world !== worldId || name !== layer || shard === undefined)
    throw new ArchiveDamaged(pointer, `it names no archive of the ${layer} layer of world ${worldId}`)
  return shard === 'all' ? '*' : shard.replaceAll('_', ':')
}

const pointerPattern =
  /^archive\/([0-9a-f-]{36})\/([a-z]+)\/(all|-?\d+_-?\d+_-?\d+_-?\d+)\/\d{12}-\d{12}\.orl$/
