import { inTransaction } from '#platform/postgres/pool'
import { extentOf, type RetentionContext } from './archive.ts'
import { type ArchivedRow, batchKey, getBatch } from './batch.ts'
import { dropObject, keepObjects, storeObject } from './garbage.ts'
import { trainedToOf } from './plan.ts'
import { type Batch, dropBatch, lockBatch, readEnded, replaceBatch } from './postgres/batches.ts'
import { deleteExpiredRows } from './postgres/rows.ts'
import { isHeld, lockTrained, readPinnedSeq, readTrainedSeq, tryForkLock } from './postgres/standing.ts'
import { countExpired, lockState, noteHours, storeExpired, type WorldKey } from './postgres/state.ts'
import type { Source } from './sources.ts'

/** What is expired of a table: rows that ended up to one seq and began after another. */
export interface Expiry {
  expireTo: number
  keepTo: number
}

/**
 * Deletes rows of a table that are kept no longer, from the archive and from the database; answers how many rows. First it
 * is said that they cannot be read, then they go. `undefined`: nothing was done, since the world is being forked or held.
 */
export const forgetRows = async (
  context: RetentionContext,
  world: WorldKey,
  source: Source,
  planned: Expiry,
): Promise<number | undefined> => {
  const expiry = await announce(context, world, source, planned)
  if (expiry === undefined) return undefined
  const rows =
    (await forgetArchived(context, world, source, expiry)) + (await forgetHot(context, world, source, expiry))
  if (rows > 0) {
    await inTransaction(context.pool, (client) => countExpired(client, world.worldId, source.table, rows))
    context.progress?.({ source: source.table, rows, what: 'expired' })
  }
  return rows
}

/** Under the locks of forks and of training sets: one that has just been made is seen, and one that comes later sees this. */
const announce = (
  { pool }: RetentionContext,
  world: WorldKey,
  source: Source,
  planned: Expiry,
): Promise<Expiry | undefined> =>
  inTransaction(pool, async (client) => {
    if (!(await tryForkLock(client, world.worldId)) || (await isHeld(client, world.worldId))) return undefined
    await lockTrained(client, world.worldId)
    const trainedTo = trainedToOf(source, await readTrainedSeq(client, world.worldId))
    const expireTo = Math.min(planned.expireTo, trainedTo ?? planned.expireTo)
    const keep = Math.max(planned.keepTo, await readPinnedSeq(client, world.worldId))
    await lockState(client, world, source.table)
    if (source.kind === 'events') await noteHours(client, world.worldId, keep, expireTo)
    // a row that ended at a seq was not read as of that any more; an event is read at its own
    const before = source.start === source.end ? expireTo + 1 : expireTo
    if (before > keep + 1) await storeExpired(client, world.worldId, source.table, keep + 1, before)
    return { expireTo, keepTo: keep }
  })

const forgetHot = async (
  { pool, signal }: RetentionContext,
  { worldId }: WorldKey,
  source: Source,
  expiry: Expiry,
): Promise<number> => {
  for (let total = 0; ; ) {
    if (signal?.aborted) return total
    const { rows, isDone } = await inTransaction(pool, (client) =>
      deleteExpiredRows(client, source, worldId, expiry),
    )
    total += rows
    if (isDone) return total
  }
}

const forgetArchived = async (
  context: RetentionContext,
  { worldId }: WorldKey,
  { table }: Source,
  { expireTo, keepTo }: Expiry,
): Promise<number> => {
  const stays = ({ start, end }: ArchivedRow) => end > expireTo || start <= keepTo
  let total = 0
  for (const batch of await readEnded(context.pool, worldId, table, expireTo)) {
    if (context.signal?.aborted) return total
    const rewritten = await rewriteBatch(context, batch, (row) => (stays(row) ? row : undefined))
    // those that are in the table as well are counted there
    if (rewritten?.wasAway) total += rewritten.removed
  }
  return total
}

export interface Rewritten {
  /** Rows that are not there any more, and rows that are not the same. */
  removed: number
  changed: number
  wasAway: boolean
  before: { key: string; sha256: string }
  /** null: nothing is left of it. */
  after: { key: string; sha256: string } | null
}

/**
 * Makes the archive hold what `keep` answers for each row of a batch: the new object is there and read back before the index
 * names it, and the old one goes after that (`sweepGarbage`). undefined where nothing changes.
 *
 * @throws BatchDamaged
 */
export const rewriteBatch = async (
  context: RetentionContext,
  batch: Batch,
  keep: (row: ArchivedRow) => ArchivedRow | undefined,
): Promise<Rewritten | undefined> => {
  const { batchId, key, sha256, worldId, source } = batch
  const rows = await getBatch(context.objects, key, sha256)
  const kept = rows.map(keep)
  const left = kept.filter((row) => row !== undefined)
  const changed = left.length - kept.filter((row, at) => row !== undefined && row === rows[at]).length
  if (left.length === rows.length && changed === 0) return undefined
  const to = batchKey(worldId, source, context.newId())
  const stored = left.length === 0 ? undefined : await storeObject(context, batch, to, left)
  const wasAway = await inTransaction(context.pool, async (client) => {
    const found = await lockBatch(client, batchId)
    if (found?.key !== key || (stored !== undefined && !(await keepObjects(client, [{ key: to }]))))
      return undefined
    if (stored === undefined) await dropBatch(client, batchId)
    else await replaceBatch(client, { ...batch, ...extentOf(left), ...stored, key: to })
    await dropObject(client, batch)
    return found.state === 'away'
  })
  if (wasAway === undefined) return undefined
  return {
    ...{ removed: rows.length - left.length, changed, wasAway },
    before: { key, sha256 },
    after: stored === undefined ? null : { key: to, sha256: stored.sha256 },
  }
}
