import type { ClickHouseClient } from '@clickhouse/client'
import type { ObjectStore } from '#platform/object-store/object-store'
import {
  archiveBatch,
  chainOfPointer,
  maxBatchBytes,
  maxBatchCommits,
  readArchivedBatch,
} from '../archived-batch.ts'
import type { Commit } from '../commit.ts'
import { encodeEntries } from '../entry-codec.ts'
import { ArchiveDamaged, type ArchivedBatch, type ChainRange, type LayerKey } from '../ledger-store.ts'
import { type CommitHead, insertEntries, readHere } from './entries.ts'
import { insert, layerColumns, layerParameters, ofLayer, select } from './rows.ts'

const ofChain = `${ofLayer} AND shard = {shard:String} AND number BETWEEN {from:UInt64} AND {to:UInt64}`

/** The sums of the cells stay, as columns; what goes are the entries with the entities they name. */
export const clickHouseArchive = async (
  client: ClickHouseClient,
  archive: ObjectStore,
  range: ChainRange,
): Promise<ArchivedBatch | undefined> => {
  const commits = await firstRun(client, range)
  if (commits.length === 0) return undefined
  const batch = await archiveBatch(archive, commits)
  const { pointer, sha256 } = batch
  const rows = commits.map(({ shard, number }) => ({
    ...{ ...layerColumns(range), shard, number, pointer, sha256 },
  }))
  await insert(client, 'ledger_archived', rows)
  const [from, to] = [commits[0]!.number, commits.at(-1)!.number]
  await client.command({
    query: `DELETE FROM ledger_entries WHERE ${ofChain}`,
    query_params: { ...layerParameters(range), shard: range.shard, from, to },
  })
  return batch
}

/** The first commits of the range that follow each other and have their entries here, as many as a batch holds. */
const firstRun = async (client: ClickHouseClient, range: ChainRange): Promise<Commit[]> => {
  const { shard, fromNumber: from, toNumber: to } = range
  const rows = await select<{ head: string }>(
    client,
    `SELECT head FROM ledger_commits FINAL
     WHERE ${ofChain} AND (number, hash) IN (SELECT number, hash FROM ledger_entries WHERE ${ofChain})
     ORDER BY number LIMIT {limit:UInt64}`,
    { ...layerParameters(range), shard, from, to, limit: maxBatchCommits },
  )
  const heads = rows.map(({ head }) => JSON.parse(head) as CommitHead)
  const commits: Commit[] = []
  let bytes = 0
  for (let at = 0; at < heads.length; at += readAtOnce) {
    const some = heads.slice(at, at + readAtOnce)
    const here = await readHere(client, some)
    for (const head of some) {
      const entries = here.get(head.hash)
      const before = commits.at(-1)
      const follows = before === undefined || head.number === before.number + 1
      if (entries === undefined || !follows || bytes > maxBatchBytes) return commits
      commits.push({ ...head, entries })
      bytes += encodeEntries(entries).length
    }
  }
  return commits
}

const readAtOnce = 50

export const clickHouseRestore = async (
  client: ClickHouseClient,
  archive: ObjectStore,
  layer: LayerKey,
  pointer: string,
): Promise<number> => {
  const shard = chainOfPointer(layer, pointer)
  const [known] = await select<{ sha256: string }>(
    client,
    `SELECT sha256 FROM ledger_archived WHERE ${ofLayer} AND shard = {shard:String} AND pointer = {pointer:String}
     ORDER BY archived_at DESC LIMIT 1`,
    { ...layerParameters(layer), shard, pointer },
  )
  if (known === undefined)
    throw new ArchiveDamaged(
      pointer,
      `nothing of the ${layer.layer} layer of world ${layer.worldId} is there`,
    )
  const commits = await readArchivedBatch(archive, pointer, known.sha256)
  const [from, to] = [commits[0]!.number, commits.at(-1)!.number]
  const rows = await select<{ head: string }>(
    client,
    `SELECT head FROM ledger_commits FINAL WHERE ${ofChain} ORDER BY number`,
    { ...layerParameters(layer), shard, from, to },
  )
  const heads = new Map(
    rows.map(({ head }) => JSON.parse(head) as CommitHead).map((head) => [head.number, head]),
  )
  const strange = commits.find(({ number, hash }) => heads.get(number)?.hash !== hash)
  if (strange !== undefined)
    throw new ArchiveDamaged(pointer, `commit ${strange.number} is not the one that is kept`)
  const here = await readHere(client, commits)
  const away = commits.filter(({ hash }) => !here.has(hash))
  if (away.length > 0) await insertEntries(client, away)
  return away.length
}
