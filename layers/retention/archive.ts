import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import { type ArchivedRow, batchKey, cutBatches } from './batch.ts'
import { keepObjects, storeObject } from './garbage.ts'
import { type Batch, insertBatch, lockBatch, markCleared, readUncleared } from './postgres/batches.ts'
import { deleteBatchRows, readChunkEnd, readRows } from './postgres/rows.ts'
import { tryForkLock } from './postgres/standing.ts'
import { lockState, noteHours, readState, storeArchivedTo, type WorldKey } from './postgres/state.ts'
import { type Source, sourceOf } from './sources.ts'

export interface RetentionContext {
  /** As orrery_background. */
  pool: pg.Pool
  objects: ObjectStore
  now: () => Date
  /** A new UUIDv7. */
  newId: () => string
  /** Nothing further is begun; what was done stays done. */
  signal?: AbortSignal | undefined
  /** Told of each chunk that was archived or deleted. */
  progress?: ((step: { source: string; rows: number; what: 'archived' | 'expired' }) => void) | undefined
}

/**
 * Puts the rows that ended up to a seq into the archive; answers how many. They stay in their table, and who reads them
 * there or in the archive finds the same: `clearBatches` deletes them. Each chunk is stored and read back before its index
 * says that it is there, in a transaction that nobody waits for.
 */
export const archiveRows = async (
  context: RetentionContext,
  world: WorldKey,
  source: Source,
  archiveTo: number,
): Promise<number> => {
  for (let total = 0; ; ) {
    const { archivedTo } = await readState(context.pool, world, source.table)
    if (archivedTo >= archiveTo || context.signal?.aborted) return total
    const end = await readChunkEnd(context.pool, source, world.worldId, archivedTo, archiveTo)
    total += await archiveChunk(context, world, source, archivedTo, end ?? archiveTo)
  }
}

const archiveChunk = async (
  context: RetentionContext,
  world: WorldKey,
  source: Source,
  afterSeq: number,
  toSeq: number,
): Promise<number> => {
  const { pool, progress } = context
  const rows = await readRows(pool, source, world.worldId, afterSeq, toSeq)
  const batches: Batch[] = []
  for (const part of cutBatches(rows))
    batches.push(await storeBatch(context, world, source, part, { afterSeq, toSeq }))
  const isOurs = await inTransaction(pool, async (client) => {
    const { archivedTo } = await lockState(client, world, source.table)
    // another run was faster, and these objects are nobody's
    if (archivedTo !== afterSeq || !(await keepObjects(client, batches))) return false
    if (source.kind === 'events') await noteHours(client, world.worldId, afterSeq, toSeq)
    for (const batch of batches) await insertBatch(client, batch)
    await storeArchivedTo(client, world.worldId, source.table, toSeq, rows.length)
    return true
  })
  if (isOurs && rows.length > 0) progress?.({ source: source.table, rows: rows.length, what: 'archived' })
  return isOurs ? rows.length : 0
}

const storeBatch = async (
  context: RetentionContext,
  world: WorldKey,
  { table, id }: Source,
  rows: readonly ArchivedRow[],
  chunk: { afterSeq: number; toSeq: number },
): Promise<Batch> => {
  const batchId = context.newId()
  const key = batchKey(world.worldId, table, batchId)
  const stored = await storeObject(context, world, key, rows)
  // rows in the order of seq: each batch has seqs of its own
  const range = id === null ? { afterSeq: rows[0]!.end - 1, toSeq: rows.at(-1)!.end } : chunk
  return { batchId, ...world, source: table, key, ...stored, ...range, ...extentOf(rows) }
}

/** What the index says of a batch's rows. */
export const extentOf = (
  rows: readonly ArchivedRow[],
): Pick<Batch, 'firstId' | 'lastId' | 'fromSeq' | 'firstEnd' | 'rowCount'> => ({
  firstId: rows[0]!.id,
  lastId: rows.at(-1)!.id,
  fromSeq: rows.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
  firstEnd: rows.reduce((least, { end }) => Math.min(least, end), Number.POSITIVE_INFINITY),
  rowCount: rows.length,
})

/**
 * Deletes the rows of archived batches from their tables, a thousand in a transaction. A batch that a reader brings back
 * meanwhile stays; a world that is being forked is left alone: the fork copies by two connections, and none of them may
 * miss a row.
 */
export const clearBatches = async (
  { pool, signal }: RetentionContext,
  { worldId }: WorldKey,
): Promise<void> => {
  for (const { batchId } of await readUncleared(pool, worldId)) {
    for (let outcome = 'more'; outcome === 'more'; ) {
      if (signal?.aborted) return
      outcome = await inTransaction(pool, (client) => clearSome(client, worldId, batchId))
    }
  }
}

const clearSome = async (
  client: pg.ClientBase,
  worldId: string,
  batchId: string,
): Promise<'done' | 'more'> => {
  if (!(await tryForkLock(client, worldId))) return 'done'
  const batch = await lockBatch(client, batchId)
  if (batch?.state !== 'away') return 'done'
  const left = await deleteBatchRows(client, sourceOf(batch.source), worldId, batch)
  if (left === 'done') await markCleared(client, batchId)
  return left
}
