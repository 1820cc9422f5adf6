import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { SourceTable } from '../sources.ts'

export interface WorldKey {
  worldId: string
  tenantId: string
}

export interface SourceState {
  archivedTo: number
  rowsArchived: number
  rowsExpired: number
  /** Seqs that cannot be read any more, as PostgreSQL writes the ranges; '{}': none. */
  expired: string
}

const columns = `archived_to AS "archivedTo", rows_archived AS "rowsArchived", rows_expired AS "rowsExpired",
  expired::text AS expired`
const makeText = `INSERT INTO retention_state (world_id, tenant_id, source) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
const readText = `SELECT ${columns} FROM retention_state WHERE world_id = $1 AND source = $2`
const lockText = `${readText} FOR UPDATE`

const nothingYet: SourceState = { archivedTo: 0, rowsArchived: 0, rowsExpired: 0, expired: '{}' }

export const readState = async (
  client: pg.ClientBase | pg.Pool,
  { worldId }: WorldKey,
  table: SourceTable,
): Promise<SourceState> =>
  (await client.query<SourceState>(prepared(readText, [worldId, table]))).rows[0] ?? nothingYet

/** The state, and until the transaction ends nobody else's run changes it. */
export const lockState = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  table: SourceTable,
): Promise<SourceState> => {
  await client.query(makeText, [worldId, tenantId, table])
  return (await client.query<SourceState>(lockText, [worldId, table])).rows[0]!
}

const archivedText = `
  UPDATE retention_state SET archived_to = $3, rows_archived = rows_archived + $4, updated_at = now()
  WHERE world_id = $1 AND source = $2`

export const storeArchivedTo = async (
  client: pg.ClientBase,
  worldId: string,
  table: SourceTable,
  archivedTo: number,
  rows: number,
): Promise<void> => {
  await client.query(archivedText, [worldId, table, archivedTo, rows])
}

const expiredText = `
  UPDATE retention_state SET expired = expired + int8multirange(int8range($3, $4)), updated_at = now()
  WHERE world_id = $1 AND source = $2`

/** Says that the table cannot be read as of the seqs from one on and before another. */
export const storeExpired = async (
  client: pg.ClientBase,
  worldId: string,
  table: SourceTable,
  from: number,
  before: number,
): Promise<void> => {
  await client.query(expiredText, [worldId, table, from, before])
}

const countText = `
  UPDATE retention_state SET rows_expired = rows_expired + $3 WHERE world_id = $1 AND source = $2`

export const countExpired = async (
  client: pg.ClientBase,
  worldId: string,
  table: SourceTable,
  rows: number,
): Promise<void> => {
  await client.query(countText, [worldId, table, rows])
}

const hoursText = `
  INSERT INTO retention_hours (world_id, tenant_id, hour, seq)
  SELECT world_id, tenant_id, date_trunc('hour', occurred_at, 'UTC'), max(seq) FROM world_events
  WHERE world_id = $1 AND seq > $2 AND seq <= $3 GROUP BY 1, 2, 3
  ON CONFLICT (world_id, hour) DO UPDATE SET seq = greatest(retention_hours.seq, excluded.seq)`

/** Notes the hours of events that are about to leave the log. */
export const noteHours = async (
  client: pg.ClientBase,
  worldId: string,
  afterSeq: number,
  toSeq: number,
): Promise<void> => {
  await client.query(hoursText, [worldId, afterSeq, toSeq])
}
