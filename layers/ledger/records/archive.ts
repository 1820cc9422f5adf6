import type { ObjectStore } from '#platform/object-store/object-store'
import {
  archiveBatch,
  chainOfPointer,
  maxBatchBytes,
  maxBatchCommits,
  readArchivedBatch,
} from '../archived-batch.ts'
import type { Commit } from '../commit.ts'
import { decodeEntries, encodeEntries } from '../entry-codec.ts'
import { ArchiveDamaged, type ArchivedBatch, type ChainRange, type LayerKey } from '../ledger-store.ts'
import { archivedAt, type CommitHead } from './entries.ts'
import { deleteParts, getParts, putParts } from './parts.ts'
import { findHead } from './persist.ts'
import { fromJson, numberKey, partitionsOf, type Records, toJson } from './records.ts'

/** The marker of each commit is written before its entries go, and stays: they are always in one of the two places. */
export const archiveRange = async (
  records: Records,
  archive: ObjectStore,
  range: ChainRange,
): Promise<ArchivedBatch | undefined> => {
  const partitions = partitionsOf(range)
  const commits = await firstRun(records, range)
  if (commits.length === 0) return undefined
  const batch = await archiveBatch(archive, commits)
  const { pointer, sha256 } = batch
  for (const { shard, number, hash } of commits) {
    await records.put(partitions.archived(shard), numberKey(number), toJson({ pointer, sha256 }))
    await deleteParts(records, partitions.entries(shard, number), hash)
  }
  return batch
}

/** The first commits of the range that follow each other and have their entries here, as many as a batch holds. */
const firstRun = async (records: Records, range: ChainRange): Promise<Commit[]> => {
  const { shard, fromNumber, toNumber } = range
  const { heads, entries } = partitionsOf(range)
  const commits: Commit[] = []
  let bytes = 0
  for (let after = numberKey(fromNumber - 1); ; ) {
    const page = await records.scan(heads(shard), after, 100)
    for (const { value } of page) {
      const head = fromJson<CommitHead>(value)
      if (head.number > toNumber) return commits
      const here = await getParts(records, entries(shard, head.number), head.hash)
      const isNext = here !== undefined && follows(head, commits.at(-1))
      if (commits.length > 0 && !isNext) return commits
      if (here === undefined) continue
      commits.push({ ...head, entries: decodeEntries(here) })
      bytes += here.length
      if (bytes > maxBatchBytes || commits.length === maxBatchCommits) return commits
    }
    if (page.length < 100) return commits
    after = page.at(-1)!.key
  }
}

const follows = (head: CommitHead, before: Commit | undefined): boolean =>
  before === undefined || head.number === before.number + 1

export const restore = async (
  records: Records,
  archive: ObjectStore,
  key: LayerKey,
  pointer: string,
): Promise<number> => {
  const partitions = partitionsOf(key)
  const shard = chainOfPointer(key, pointer)
  const foreign = new ArchiveDamaged(
    pointer,
    `it names no archive of the ${key.layer} layer of world ${key.worldId}`,
  )
  const [from] = /\d{12}(?=-\d{12}\.orl$)/.exec(pointer)!
  const first = await findHead(records, partitions, { shard, number: Number(from) })
  const at = first && (await archivedAt(records, partitions, first))
  if (at === undefined) throw foreign
  const commits = await readArchivedBatch(archive, pointer, at.pointer === pointer ? at.sha256 : undefined)
  let restored = 0
  for (const { entries, number, hash } of commits) {
    const head = await findHead(records, partitions, { shard, number })
    if (head?.hash !== hash) throw new ArchiveDamaged(pointer, `commit ${number} is not the one that is kept`)
    const partition = partitions.entries(shard, number)
    if ((await getParts(records, partition, hash)) !== undefined) continue
    await putParts(records, partition, hash, encodeEntries(entries))
    restored += 1
  }
  return restored
}
