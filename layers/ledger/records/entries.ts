import type { ObjectStore } from '#platform/object-store/object-store'
import { readArchivedBatch } from '../archived-batch.ts'
import type { Commit, CommitEntry } from '../commit.ts'
import { decodeEntries } from '../entry-codec.ts'
import { ArchiveDamaged } from '../ledger-store.ts'
import { getParts } from './parts.ts'
import { fromJson, numberKey, type Partitions, type Records } from './records.ts'

/** A commit without its entries. */
export type CommitHead = Omit<Commit, 'entries'>

/** Where the entries of a commit are in the archive: stays when they are brought back. */
export interface ArchivedAt {
  pointer: string
  sha256: string
}

export type ReadEntries = (head: CommitHead) => Promise<CommitEntry[]>

/** Reads the entries of commits, from the archive where they are there. Keeps the batches of the archive that it has read. */
export const entriesReader = (
  records: Records,
  archive: ObjectStore,
  partitions: Partitions,
): ReadEntries => {
  const batches = new Map<string, Promise<Commit[]>>()
  const archivedEntries = async (head: CommitHead): Promise<CommitEntry[] | undefined> => {
    const at = await archivedAt(records, partitions, head)
    if (at === undefined) return undefined
    const { pointer, sha256 } = at
    if (!batches.has(pointer)) batches.set(pointer, readArchivedBatch(archive, pointer, sha256))
    const commit = (await batches.get(pointer)!).find(({ hash }) => hash === head.hash)
    if (commit === undefined) throw new ArchiveDamaged(pointer, `commit ${head.number} is missing`)
    return commit.entries
  }
  return async (head) => {
    const here = () => getParts(records, partitions.entries(head.shard, head.number), head.hash)
    const bytes = await here()
    if (bytes !== undefined) return decodeEntries(bytes)
    const entries = await archivedEntries(head)
    if (entries === undefined) throw new Error(`the entries of commit ${head.commitId} are missing`)
    return entries
  }
}

export const archivedAt = async (
  records: Records,
  { archived }: Partitions,
  { shard, number }: CommitHead,
): Promise<ArchivedAt | undefined> => {
  const value = await records.get(archived(shard), numberKey(number))
  return value === undefined ? undefined : fromJson(value)
}
