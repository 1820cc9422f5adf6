import type { ObjectStore } from '#platform/object-store/object-store'
import { decodeBatch } from './archive-batch.ts'
import type { Commit, CommitEntry } from './commit.ts'
import { ArchiveDamaged } from './ledger-store.ts'
import { compareRegions } from './place.ts'
import type { EntryPosition } from './postgres/read-entries.ts'

/**
 * Those commits of an archived batch that are named.
 *
 * @throws ArchiveDamaged where the object is missing, is damaged, or lacks one of them.
 */
export const readArchivedCommits = async (
  objects: ObjectStore,
  key: string,
  commitIds: readonly string[],
): Promise<Commit[]> => {
  const bytes = await objects.get(key)
  if (bytes === undefined) throw new ArchiveDamaged(key, 'it is missing')
  const wanted = new Set(commitIds)
  const commits = (await decodeBatch(key, bytes)).filter(({ commitId }) => wanted.has(commitId))
  if (commits.length < wanted.size) throw new ArchiveDamaged(key, 'it lacks a commit')
  return commits
}

/** Entries of an archived commit, in their order. @throws ArchiveDamaged */
export const readArchivedEntries = async (
  objects: ObjectStore,
  key: string,
  commitId: string,
  after: EntryPosition | undefined,
  limit: number,
): Promise<CommitEntry[]> => {
  const { entries } = (await readArchivedCommits(objects, key, [commitId]))[0]!
  const from = after === undefined ? 0 : entries.findIndex((entry) => isBehind(entry, after))
  return from === -1 ? [] : entries.slice(from, from + limit)
}

const isBehind = ({ region, correction }: EntryPosition, position: EntryPosition): boolean => {
  const order = compareRegions(region, position.region)
  return order > 0 || (order === 0 && correction && !position.correction)
}
