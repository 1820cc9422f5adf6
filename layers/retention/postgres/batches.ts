import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { SourceTable } from '../sources.ts'
import type { WorldKey } from './state.ts'

/** A row of the archive's index. */
export interface Batch extends WorldKey {
  batchId: string
  source: SourceTable
  firstId: string
  lastId: string
  /** Its rows left their table at seqs after this one… */
  afterSeq: number
  /** …and up to this one. */
  toSeq: number
  /** Some of its rows hold from here on. */
  fromSeq: number
  /** The first seq at which one of its rows ended. */
  firstEnd: number
  rowCount: number
  key: string
  bytes: number
  /** Hex. */
  sha256: string
}

const columns = `batch_id AS "batchId", world_id AS "worldId", tenant_id AS "tenantId", source, first_id AS "firstId",
  last_id AS "lastId", after_seq AS "afterSeq", to_seq AS "toSeq", from_seq AS "fromSeq", first_end AS "firstEnd",
  row_count AS "rowCount", key, bytes, encode(sha256, 'hex') AS sha256`

const insertText = `
  INSERT INTO retention_batches (batch_id, world_id, tenant_id, source, first_id, last_id, after_seq, to_seq, from_seq,
    first_end, row_count, key, bytes, sha256, state, cleared)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, decode($14, 'hex'), 'away', false)`

/** Says that the rows of a batch are in the archive. They may go from their table from now on. */
export const insertBatch = async (client: pg.ClientBase, batch: Batch): Promise<void> => {
  const { batchId, worldId, tenantId, source, firstId, lastId, afterSeq, toSeq, fromSeq } = batch
  const { firstEnd, rowCount, key, bytes, sha256 } = batch
  await client.query(insertText, [
    ...[batchId, worldId, tenantId, source, firstId, lastId, afterSeq, toSeq, fromSeq],
    ...[firstEnd, rowCount, key, bytes, sha256],
  ])
}

const replaceText = `
  UPDATE retention_batches SET first_id = $2, last_id = $3, from_seq = $4, first_end = $5, row_count = $6, key = $7, bytes = $8,
    sha256 = decode($9, 'hex')
  WHERE batch_id = $1`

/** Puts another object in the place of a batch's, which has fewer rows. */
export const replaceBatch = async (client: pg.ClientBase, batch: Batch): Promise<void> => {
  const { batchId, firstId, lastId, fromSeq, firstEnd, rowCount, key, bytes, sha256 } = batch
  await client.query(replaceText, [batchId, firstId, lastId, fromSeq, firstEnd, rowCount, key, bytes, sha256])
}

export const dropBatch = async (client: pg.ClientBase, batchId: string): Promise<void> => {
  await client.query('DELETE FROM retention_batches WHERE batch_id = $1', [batchId])
}

/** Batches of a table with rows that are needed for a moment, or for all from one seq to another. */
export interface Wanted {
  sources: readonly SourceTable[]
  /** As of this seq, or seqs after one and up to another. */
  at: number | { after: number; to: number }
  /** Rows of this entity only; relationships are found by their source alone, so all of theirs count. */
  entityId?: string | undefined
}

const wantedValues = (worldId: string, { sources, at, entityId }: Wanted): unknown[] => [
  worldId,
  sources,
  // a row that holds as of S began at S or before and ends after it; an event is at its seq
  typeof at === 'number' ? at : at.to,
  typeof at === 'number' ? at : at.after,
  entityId ?? null,
]

const wanted = `world_id = $1 AND source = ANY ($2) AND from_seq <= $3 AND to_seq > $4
  AND ($5::text IS NULL OR first_id = '' OR source = 'relationship_history' OR $5 COLLATE "C" BETWEEN first_id AND last_id)`

const findText = `SELECT ${columns} FROM retention_batches WHERE ${wanted} AND state = 'away' ORDER BY batch_id`

/** Those of them whose rows are not all in their table. */
export const findAway = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  what: Wanted,
): Promise<Batch[]> => (await client.query<Batch>(prepared(findText, wantedValues(worldId, what)))).rows

const lookText = `
  SELECT count(*) AS batches, count(*) FILTER (WHERE state = 'away') AS away,
    min(here_until) FILTER (WHERE state = 'here') AS "hereUntil"
  FROM retention_batches WHERE ${wanted}`

export interface Look {
  batches: number
  away: number
  /** When the first of those that were brought back may leave again. */
  hereUntil: Date | null
}

/** How much of the archive something needs. */
export const lookForBatches = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  what: Wanted,
): Promise<Look> => (await client.query<Look>(prepared(lookText, wantedValues(worldId, what)))).rows[0]!

const stayText = `
  UPDATE retention_batches SET here_until = greatest(here_until, $6) WHERE ${wanted} AND state = 'here'`

/** Lets those that are here stay until a time at least. */
export const letStay = async (
  client: pg.ClientBase,
  worldId: string,
  what: Wanted,
  until: Date,
): Promise<void> => {
  await client.query(prepared(stayText, [...wantedValues(worldId, what), until]))
}

const goneText = `
  SELECT lower(r)::int8 AS "from", upper(r)::int8 AS before FROM retention_state s, unnest(s.expired) AS r
  WHERE s.world_id = $1 AND s.source = ANY ($2) AND r && $3::int8range ORDER BY upper(r) DESC LIMIT 1`

/** Seqs that cannot be read any more and that a read would need. */
export const findExpired = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  { sources, at }: Wanted,
): Promise<{ from: number; before: number } | undefined> => {
  const range = typeof at === 'number' ? `[${at},${at}]` : `(${at.after},${at.to}]`
  return (await client.query(prepared(goneText, [worldId, sources, range]))).rows[0]
}

const lockText = `SELECT ${columns}, state FROM retention_batches WHERE batch_id = $1 FOR UPDATE`

/** The batch as it is, and nobody changes it until the transaction ends; undefined where it has expired. */
export const lockBatch = async (
  client: pg.ClientBase,
  batchId: string,
): Promise<(Batch & { state: 'here' | 'away' }) | undefined> =>
  (await client.query(prepared(lockText, [batchId]))).rows[0]

const hereText = `
  UPDATE retention_batches SET state = 'here', cleared = false, here_until = $2 WHERE batch_id = $1`

/** All rows of the batch are in their table, in the caller's transaction. */
export const markHere = async (client: pg.ClientBase, batchId: string, until: Date): Promise<void> => {
  await client.query(hereText, [batchId, until])
}

const clearedText = `UPDATE retention_batches SET cleared = true WHERE batch_id = $1`

export const markCleared = async (client: pg.ClientBase, batchId: string): Promise<void> => {
  await client.query(clearedText, [batchId])
}

const leaveText = `
  UPDATE retention_batches SET state = 'away', here_until = NULL
  WHERE world_id = $1 AND state = 'here' AND here_until < $2 AND (source <> 'world_events' OR to_seq <= $3)`

/** What was brought back for some time leaves again; events only once everybody has come past them. */
export const letLeave = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  now: Date,
  passedSeq: number,
): Promise<void> => {
  await client.query(leaveText, [worldId, now, passedSeq])
}

const unclearedText = `
  SELECT ${columns} FROM retention_batches WHERE world_id = $1 AND state = 'away' AND NOT cleared ORDER BY batch_id`

/** Batches whose rows may still be in their table. */
export const readUncleared = async (pool: pg.Pool, worldId: string): Promise<Batch[]> =>
  (await pool.query<Batch>(unclearedText, [worldId])).rows

const endedText = `
  SELECT ${columns} FROM retention_batches WHERE world_id = $1 AND source = $2 AND first_end <= $3 ORDER BY batch_id`

/** Batches with rows that ended up to a seq. */
export const readEnded = async (
  pool: pg.Pool | pg.ClientBase,
  worldId: string,
  source: SourceTable,
  endSeq: number,
): Promise<Batch[]> => (await pool.query<Batch>(endedText, [worldId, source, endSeq])).rows

const totalText = `
  SELECT source, count(*) AS batches, sum(row_count)::int8 AS rows, sum(bytes)::int8 AS bytes,
    count(*) FILTER (WHERE state = 'here') AS here, min(from_seq) AS "fromSeq", max(to_seq) AS "toSeq"
  FROM retention_batches WHERE world_id = $1 GROUP BY source ORDER BY source`

export interface BatchTotal {
  source: SourceTable
  batches: number
  rows: number
  bytes: number
  /** Brought back for some time. */
  here: number
  fromSeq: number
  toSeq: number
}

export const readTotals = async (pool: pg.Pool, worldId: string): Promise<BatchTotal[]> =>
  (await pool.query<BatchTotal>(totalText, [worldId])).rows
