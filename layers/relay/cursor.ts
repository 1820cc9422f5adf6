import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

/** How far one destination has been served with one world's log. */
export interface RelayCursor {
  tenantId: string
  /** The last seq that was delivered, or passed over as dead. */
  seq: number
  /** Failures in a row of the event after `seq`. */
  attempts: number
  /** How many of them were refusals. */
  refusals: number
  /** Until the next attempt is due; 0 or less when it is. */
  waitMs: number
}

const claimText = `
  SELECT tenant_id, seq, attempts, refusals,
    CASE WHEN next_attempt_at > clock_timestamp()
      THEN extract(epoch FROM next_attempt_at - clock_timestamp()) * 1000 ELSE 0 END::float8 AS wait_ms
  FROM relay_cursors WHERE world_id = $1 AND destination = $2 FOR UPDATE SKIP LOCKED`

/**
 * Locks the cursor until the transaction ends. Answers 'locked' when somebody else holds it, 'absent' when the
 * world has none yet.
 */
export const claimCursor = async (
  client: pg.ClientBase,
  worldId: string,
  destination: string,
): Promise<RelayCursor | 'locked' | 'absent'> => {
  const { rows } = await client.query<ClaimRow>(prepared(claimText, [worldId, destination]))
  const row = rows[0]
  if (row === undefined) {
    const { rowCount } = await client.query(prepared(presentText, [worldId, destination]))
    return rowCount === 0 ? 'absent' : 'locked'
  }
  const { seq, attempts, refusals } = row
  return { tenantId: row.tenant_id, seq, attempts, refusals, waitMs: row.wait_ms }
}

const presentText = 'SELECT FROM relay_cursors WHERE world_id = $1 AND destination = $2'

interface ClaimRow {
  tenant_id: string
  seq: number
  attempts: number
  refusals: number
  wait_ms: number
}

const makeText = `
  WITH world AS (SELECT world_id, tenant_id, fork_seq FROM worlds WHERE world_id = $1),
    made AS (INSERT INTO relay_cursors (world_id, destination, tenant_id, seq)
      SELECT world_id, $2, tenant_id, fork_seq FROM world ON CONFLICT DO NOTHING)
  SELECT FROM world`

/**
 * Makes the cursor at the beginning of the log, if it is missing. Answers whether there is such a world. Not
 * part of a claim: the foreign key locks the row of worlds, which writers wait for, until the transaction ends.
 */
export const makeCursor = async (pool: pg.Pool, worldId: string, destination: string): Promise<boolean> => {
  const { rowCount } = await pool.query(makeText, [worldId, destination])
  return rowCount === 1
}

const updateText = `
  UPDATE relay_cursors SET seq = $3, attempts = $4, refusals = $5, last_error = $6,
    next_attempt_at = CASE WHEN $7::float8 = 0 THEN '-infinity'
      ELSE clock_timestamp() + $7 * interval '1 millisecond' END
  WHERE world_id = $1 AND destination = $2`

export interface CursorUpdate {
  seq: number
  attempts: number
  refusals: number
  lastError: string | null
  /** 0: at any time. */
  waitMs: number
}

/** Needs the claim. */
export const updateCursor = async (
  client: pg.ClientBase,
  worldId: string,
  destination: string,
  { seq, attempts, refusals, lastError, waitMs }: CursorUpdate,
): Promise<void> => {
  await client.query(prepared(updateText, [worldId, destination, seq, attempts, refusals, lastError, waitMs]))
}
