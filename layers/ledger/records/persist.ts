import type { Commit } from '../commit.ts'
import { encodeEntries } from '../entry-codec.ts'
import { CommitConflict } from '../ledger-store.ts'
import type { CommitHead } from './entries.ts'
import { putParts } from './parts.ts'
import { fromJson, numberKey, orderKey, type Partitions, type Records, shardKey, toJson } from './records.ts'

/** Where a commit is in its chain. */
export interface CommitPlace {
  shard: string
  number: number
  hash: string
}

/**
 * Keeps a commit. Everything is written before the claim of its number, which is the moment from which it is there;
 * what is written again is the same. false where it was there already.
 *
 * @throws CommitConflict
 */
export const persist = async (records: Records, partitions: Partitions, commit: Commit): Promise<boolean> => {
  const { entries, ...head } = commit
  const { shard, number, hash, commitId } = head
  const kept = await findHead(records, partitions, head)
  if (kept?.hash === hash) return false
  const named = await records.get(partitions.ids, commitId)
  if (kept !== undefined || (named !== undefined && !isSame(named, hash))) throw new CommitConflict(commit)

  const place = toJson({ shard, number, hash } satisfies CommitPlace)
  await Promise.all([
    putParts(records, partitions.entries(shard, number), hash, encodeEntries(entries)),
    records.put(partitions.order, orderKey(head), place),
    registerChain(records, partitions, shard),
  ])
  if (!isSame(await records.claim(partitions.ids, commitId, place, hash), hash))
    throw new CommitConflict(commit)
  if (isSame(await records.claim(partitions.heads(shard), numberKey(number), toJson(head), hash), hash))
    return true
  if (named === undefined) await records.delete(partitions.ids, commitId)
  throw new CommitConflict(commit)
}

const isSame = (value: Buffer | undefined, hash: string): boolean =>
  value !== undefined && fromJson<{ hash: string }>(value).hash === hash

export const findHead = async (
  records: Records,
  { heads }: Partitions,
  { shard, number }: { shard: string; number: number },
): Promise<CommitHead | undefined> => {
  const value = await records.get(heads(shard), numberKey(number))
  return value === undefined ? undefined : fromJson(value)
}

/** What is known of a chain as a whole. */
export interface Chain {
  shard: string
  /** The last fold holds the commits up to this number; 0: there is none. */
  foldedTo: number
}

const registerChain = async (records: Records, { chains }: Partitions, shard: string): Promise<void> => {
  if ((await records.get(chains, shardKey(shard))) !== undefined) return
  await records.put(chains, shardKey(shard), toJson({ shard, foldedTo: 0 } satisfies Chain))
}
