import type { DatabaseSync } from 'node:sqlite'
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
import { ledgerKeys } from './persist.ts'
import { inTransaction } from './schema.ts'

export const sqliteArchive = (database: DatabaseSync, archive: ObjectStore) => {
  const ledger = ledgerKeys(database)
  const read = database.prepare(
    `SELECT number, head, entries FROM commits
     WHERE ledger_key = ? AND shard = ? AND number BETWEEN ? AND ? AND entries IS NOT NULL ORDER BY number`,
  )
  const move = database.prepare(
    'UPDATE commits SET entries = NULL, pointer = ?, sha256 = ? WHERE ledger_key = ? AND shard = ? AND number = ?',
  )

  /** The first commits of the range that follow each other and have their entries here, as many as a batch holds. */
  const firstRun = (key: number, { shard, fromNumber, toNumber }: ChainRange): Commit[] => {
    const commits: Commit[] = []
    let bytes = 0
    for (const { number, head, entries } of read.iterate(key, shard, fromNumber, toNumber)) {
      const before = commits.at(-1)
      const isFull = bytes > maxBatchBytes || commits.length === maxBatchCommits
      if (isFull || (before !== undefined && number !== before.number + 1)) break
      const packed = entries as Uint8Array
      commits.push({ ...JSON.parse(head as string), entries: decodeEntries(packed) })
      bytes += packed.length
    }
    return commits
  }

  return async (range: ChainRange): Promise<ArchivedBatch | undefined> => {
    const key = ledger.find(range)
    const commits = key === undefined ? [] : firstRun(key, range)
    if (key === undefined || commits.length === 0) return undefined
    const batch = await archiveBatch(archive, commits)
    inTransaction(database, () => {
      for (const { shard, number } of commits) move.run(batch.pointer, batch.sha256, key, shard, number)
    })
    return batch
  }
}

export const sqliteRestore = (database: DatabaseSync, archive: ObjectStore) => {
  const ledger = ledgerKeys(database)
  const knows = database.prepare('SELECT sha256 FROM commits WHERE ledger_key = ? AND pointer = ? LIMIT 1')
  const find = database.prepare(
    'SELECT hash, entries IS NULL AS is_away FROM commits WHERE ledger_key = ? AND shard = ? AND number = ?',
  )
  const bring = database.prepare(
    'UPDATE commits SET entries = ? WHERE ledger_key = ? AND shard = ? AND number = ?',
  )
  return async (layer: LayerKey, pointer: string): Promise<number> => {
    const shard = chainOfPointer(layer, pointer)
    const key = ledger.find(layer)
    const row = key === undefined ? undefined : knows.get(key, pointer)
    if (key === undefined || row === undefined)
      throw new ArchiveDamaged(
        pointer,
        `nothing of the ${layer.layer} layer of world ${layer.worldId} is there`,
      )
    const commits = await readArchivedBatch(archive, pointer, row.sha256 as string)
    return inTransaction(database, () => {
      let restored = 0
      for (const { number, hash, entries } of commits) {
        const kept = find.get(key, shard, number)
        if (kept?.hash !== hash)
          throw new ArchiveDamaged(pointer, `commit ${number} is not the one that is kept`)
        if (kept.is_away === 0) continue
        bring.run(encodeEntries(entries), key, shard, number)
        restored += 1
      }
      return restored
    })
  }
}
