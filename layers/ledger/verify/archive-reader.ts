import { InvalidKey, type ObjectStore } from '#platform/object-store/object-store'
import { decodeBatch, sha256Of } from '../archive-batch.ts'
import type { Commit } from '../commit.ts'
import { ArchiveDamaged, type LayerKey } from '../ledger-store.ts'
import type { ArchiveRow, LinkRow } from '../postgres/read-links.ts'
import { brokenAt } from './broken-link.ts'
import { faultOfArchive } from './check-link.ts'

/** The commit of a row out of the archive. @throws LedgerBroken */
export type ArchiveReader = (key: LayerKey, row: LinkRow) => Promise<Commit>

/** Keeps the last batch, since the commits that are in one follow each other. */
export const createArchiveReader = (objects: ObjectStore): ArchiveReader => {
  let [batchId, commits]: [string | null, Map<string, Commit>] = [null, new Map()]
  return async (key, row) => {
    const { archive, archiveId, shard } = row
    if (archive === null) throw brokenAt(key, row, `its archive ${archiveId} has no row in ledger_archives`)
    if (batchId !== archiveId) {
      const batch = await readBatch(objects, archive).catch((error: Error) => {
        const isKnown = error instanceof ArchiveDamaged || error instanceof InvalidKey
        throw isKnown ? brokenAt(key, row, error.message) : error
      })
      const wrong = faultOfArchive(key, shard, archive, batch)
      if (wrong !== undefined) throw brokenAt(key, row, wrong)
      batchId = archiveId
      commits = new Map(batch.map((commit) => [commit.commitId, commit]))
    }
    const commit = commits.get(row.commitId)
    if (commit === undefined) throw brokenAt(key, row, `archive ${archive.key} does not hold it`)
    return commit
  }
}

/** @throws ArchiveDamaged */
const readBatch = async (objects: ObjectStore, { key, bytes, sha256 }: ArchiveRow): Promise<Commit[]> => {
  const object = await objects.get(key)
  if (object === undefined) throw new ArchiveDamaged(key, 'it is missing')
  if (object.length !== bytes || sha256Of(object) !== sha256)
    throw new ArchiveDamaged(key, `it is not the ${bytes} bytes of SHA-256 ${sha256}`)
  return decodeBatch(key, object)
}
