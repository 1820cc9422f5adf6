import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Commit } from '../commit.ts'
import { CommitConflict } from '../ledger-store.ts'
import { insertEntries } from './entries.ts'
import { commitRow, insert, layerColumns, layerParameters, ofLayer, select } from './rows.ts'

/**
 * Keeps a commit. ClickHouse has neither unique keys nor conditional writes: each writer inserts a claim, then looks.
 * Who sees no claim of another commit goes on, anybody else withdraws; so of two that claim the same place in the same
 * moment both may be refused, but never both are kept.
 *
 * @throws CommitConflict
 */
export const clickHousePersist = async (client: ClickHouseClient, commit: Commit): Promise<void> => {
  const row = commitRow(commit)
  if (await isKept(client, commit)) return
  if (await isRivalled(client, commit)) throw new CommitConflict(commit)
  await insertEntries(client, [commit])
  const claim = randomUUID()
  const { shard, number, commitId, hash } = commit
  const place = { shard, number, commit_id: commitId, hash }
  await insert(client, 'ledger_claims', [{ ...layerColumns(commit), ...place, claim }])
  if (await isRivalled(client, commit)) {
    await client.command({
      query: `DELETE FROM ledger_claims WHERE ${ofLayer} AND shard = {shard:String} AND number = {number:UInt64} AND claim = {claim:UUID}`,
      query_params: { ...layerParameters(commit), shard, number, claim },
    })
    throw new CommitConflict(commit)
  }
  await insert(client, 'ledger_commits', [row])
}

const isRivalled = async (client: ClickHouseClient, commit: Commit): Promise<boolean> => {
  const { shard, number, commitId, hash } = commit
  const rivals = await select(
    client,
    `SELECT hash FROM ledger_claims WHERE ${ofLayer} AND hash != {hash:String}
       AND (shard = {shard:String} AND number = {number:UInt64} OR commit_id = {commitId:String}) LIMIT 1`,
    { ...layerParameters(commit), shard, number, commitId, hash },
  )
  return rivals.length > 0
}

const isKept = async (client: ClickHouseClient, commit: Commit): Promise<boolean> => {
  const { epochEnd, commitId, hash } = commit
  const rows = await select(
    client,
    `SELECT 1 FROM ledger_commits WHERE ${ofLayer} AND epoch_end = {epochEnd:UInt64}
       AND commit_id = {commitId:String} AND hash = {hash:String} LIMIT 1`,
    { ...layerParameters(commit), epochEnd, commitId, hash },
  )
  return rows.length > 0
}
