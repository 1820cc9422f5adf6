import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import { getBatch } from './batch.ts'
import {
  type Batch,
  findAway,
  findExpired,
  letStay,
  lockBatch,
  lookForBatches,
  markHere,
  type Wanted,
} from './postgres/batches.ts'
import { insertRows } from './postgres/rows.ts'
import { sourceOf } from './sources.ts'

/** Some of what a read needs is in the archive alone. */
export class PastArchived extends Error {
  readonly code = 'past-archived'
  readonly worldId: string
  readonly wanted: Wanted

  constructor(worldId: string, wanted: Wanted) {
    super('a part of what was asked for is in the archive')
    this.worldId = worldId
    this.wanted = wanted
  }
}

/** Some of what a read needs is kept no longer. */
export class PastExpired extends Error {
  readonly code = 'past-expired'
  /** The oldest seq that can be read, of those after what was asked for. */
  readonly oldestSeq: number

  constructor(oldestSeq: number) {
    super(`it is kept no longer: the oldest seq that can be read is ${oldestSeq}`)
    this.oldestSeq = oldestSeq
  }
}

/** More of the archive would have to be brought back than a request may. */
export class PastTooLarge extends Error {
  readonly code = 'past-too-large'
  readonly rows: number

  constructor(rows: number) {
    super(`${rows} archived rows are needed`)
    this.rows = rows
  }
}

/** Of a read's own transaction: what is here when it looks is here for all of the read, if it sees one state. */
export interface Reached {
  /** Rows of the archive are among what is read. */
  isArchived: boolean
}

/**
 * Looks whether all that a read needs is in the tables.
 *
 * @throws PastExpired, PastArchived
 */
export const reachPast = async (client: pg.ClientBase, worldId: string, wanted: Wanted): Promise<Reached> => {
  const expired = await findExpired(client, worldId, wanted)
  if (expired !== undefined) throw new PastExpired(expired.before)
  const { batches, away } = await lookForBatches(client, worldId, wanted)
  if (away > 0) throw new PastArchived(worldId, wanted)
  return { isArchived: batches > 0 }
}

/** Rows that a request brings back at most: some five seconds. */
const maxRows = 100_000
/** What was brought back stays so long after it was asked for last. */
const staysMs = 3_600_000

export interface RecallContext {
  objects: ObjectStore
  now: () => Date
  /** Runs `work` in a transaction that may write the world's rows. */
  transact<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
}

export interface RecallOptions {
  /** Rows at most; default 100,000. */
  maxRows?: number
  /** How long they stay at least; default an hour. */
  staysMs?: number
}

/**
 * Brings what is in the archive back to its tables for some time; answers how many batches. A batch is one transaction:
 * there are all its rows, or what there was.
 *
 * @throws PastTooLarge, BatchDamaged
 */
export const recallPast = async (
  { objects, now, transact }: RecallContext,
  worldId: string,
  wanted: Wanted,
  options: RecallOptions = {},
): Promise<number> => {
  const until = new Date(now().getTime() + (options.staysMs ?? staysMs))
  const away = await transact((client) => findAway(client, worldId, wanted))
  const rows = away.reduce((sum, { rowCount }) => sum + rowCount, 0)
  if (rows > (options.maxRows ?? maxRows)) throw new PastTooLarge(rows)
  for (const batch of away) {
    const back = await getBatchNow(objects, batch, transact)
    if (back !== undefined) await transact((client) => putBack(client, back, until))
  }
  await transact((client) => letStay(client, worldId, wanted, until))
  return away.length
}

type Loaded = { batch: Batch; rows: Awaited<ReturnType<typeof getBatch>> }

/** What the batch holds; another try where it was rewritten between its index and its object. */
const getBatchNow = async (
  objects: ObjectStore,
  batch: Batch,
  transact: RecallContext['transact'],
): Promise<Loaded | undefined> => {
  try {
    return { batch, rows: await getBatch(objects, batch.key, batch.sha256) }
  } catch (error) {
    const again = await transact((client) => lockBatch(client, batch.batchId))
    if (again === undefined) return undefined
    if (again.key === batch.key) throw error
    return { batch: again, rows: await getBatch(objects, again.key, again.sha256) }
  }
}

const putBack = async (client: pg.ClientBase, { batch, rows }: Loaded, until: Date): Promise<void> => {
  const found = await lockBatch(client, batch.batchId)
  // rewritten, expired or brought back since: whoever reads looks again
  if (found?.state !== 'away' || found.key !== batch.key) return
  await insertRows(client, sourceOf(batch.source), rows)
  await markHere(client, batch.batchId, until)
}

/** For a pool that may write as it is. */
export const inPool =
  (pool: pg.Pool): RecallContext['transact'] =>
  (work) =>
    inTransaction(pool, work)
