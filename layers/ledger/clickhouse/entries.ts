import type { ClickHouseClient } from '@clickhouse/client'
import type { ObjectStore } from '#platform/object-store/object-store'
import { readArchivedBatch } from '../archived-batch.ts'
import type { Commit, CommitEntry } from '../commit.ts'
import { decodeEntries, encodeEntries } from '../entry-codec.ts'
import { ArchiveDamaged } from '../ledger-store.ts'
import { insert, layerColumns, layerParameters, ofLayer, select } from './rows.ts'

export type CommitHead = Omit<Commit, 'entries'>

export const insertEntries = (client: ClickHouseClient, commits: readonly Commit[]): Promise<void> =>
  insert(
    client,
    'ledger_entries',
    commits.map((commit) => ({
      ...layerColumns(commit),
      ...{ shard: commit.shard, number: commit.number, hash: commit.hash },
      entries: encodeEntries(commit.entries).toString('base64'),
    })),
  )

/** The entries of some commits of one layer that are not in the archive, by their hashes. */
export const readHere = async (
  client: ClickHouseClient,
  heads: readonly CommitHead[],
): Promise<Map<string, CommitEntry[]>> => {
  const found = new Map<string, CommitEntry[]>()
  for (const [shard, commits] of Map.groupBy(heads, (head) => head.shard)) {
    const rows = await select<{ hash: string; entries: string }>(
      client,
      `SELECT hash, entries FROM ledger_entries
       WHERE ${ofLayer} AND shard = {shard:String} AND number IN {numbers:Array(UInt64)} LIMIT 1 BY number, hash`,
      { ...layerParameters(commits[0]!), shard, numbers: commits.map(({ number }) => number) },
    )
    for (const { hash, entries } of rows) found.set(hash, decodeEntries(Buffer.from(entries, 'base64')))
  }
  return found
}

interface ArchivedRow {
  number: string | number
  pointer: string
  sha256: string
}

/** Commits of one layer with their entries, from the archive where they are there. */
export const withEntries = async (
  client: ClickHouseClient,
  archive: ObjectStore,
  heads: readonly CommitHead[],
): Promise<Commit[]> => {
  const entries = await readHere(client, heads)
  const away = heads.filter(({ hash }) => !entries.has(hash))
  for (const [shard, commits] of Map.groupBy(away, (head) => head.shard)) {
    const rows = await archivedRows(client, commits)
    for (const [pointer, named] of Map.groupBy(rows, (row) => row.pointer))
      for (const commit of await readArchivedBatch(archive, pointer, named[0]!.sha256))
        entries.set(commit.hash, commit.entries)
    for (const { number, hash } of commits) {
      const row = rows.find((archived) => Number(archived.number) === number)
      if (entries.has(hash)) continue
      if (row === undefined) throw new Error(`the entries of commit ${number} of ${shard} are missing`)
      throw new ArchiveDamaged(row.pointer, `commit ${number} is missing`)
    }
  }
  return heads.map((head) => ({ ...head, entries: entries.get(head.hash)! }))
}

/** Where the archive last had the entries of some commits of one chain. */
const archivedRows = (client: ClickHouseClient, commits: readonly CommitHead[]): Promise<ArchivedRow[]> =>
  select(
    client,
    `SELECT number, pointer, sha256 FROM ledger_archived
     WHERE ${ofLayer} AND shard = {shard:String} AND number IN {numbers:Array(UInt64)}
     ORDER BY archived_at DESC LIMIT 1 BY number`,
    {
      ...layerParameters(commits[0]!),
      shard: commits[0]!.shard,
      numbers: commits.map(({ number }) => number),
    },
  )
