import type pg from 'pg'
import { int8Array } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { fence, fenceValues, type Lease, LeaseLost } from './lease.ts'

/** A tick, and the last event that was applied at its beginning. */
export interface LoggedTick {
  tick: number
  toSeq: number
}

// a tick that is there already is ours: its commit had come through though its answer had not
const appendText = `${fence}, appended AS (
    INSERT INTO tick_log (world_id, tick, tenant_id, to_seq)
    SELECT $1, u.tick, $4, u.to_seq FROM unnest($5::int8[], $6::int8[]) AS u (tick, to_seq)
    WHERE (SELECT count(*) FROM fence) = 1
    ON CONFLICT DO NOTHING
  )
  SELECT count(*)::int AS held FROM fence`

/** Makes ticks durable, all in one transaction. @throws LeaseLost */
export const appendTicks = async (pool: pg.Pool, lease: Lease, ticks: LoggedTick[]): Promise<void> => {
  const { rows } = await pool.query<{ held: number }>(
    prepared(appendText, [
      ...fenceValues(lease),
      lease.tenantId,
      int8Array(ticks.map(({ tick }) => tick)),
      int8Array(ticks.map(({ toSeq }) => toSeq)),
    ]),
  )
  if (rows[0]!.held !== 1) throw new LeaseLost(lease.worldId)
}

const readText = `
  SELECT tick, to_seq AS "toSeq" FROM tick_log WHERE world_id = $1 AND tick > $2 ORDER BY tick LIMIT 10000`

/** The ticks after `afterTick`, in order, at most 10,000. */
export const readTicks = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
  afterTick: number,
): Promise<LoggedTick[]> => (await database.query<LoggedTick>(readText, [worldId, afterTick])).rows

const lastText = `
  SELECT tick, to_seq AS "toSeq" FROM tick_log WHERE world_id = $1 ORDER BY tick DESC LIMIT 1`

export const lastTick = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
): Promise<LoggedTick | undefined> => (await database.query<LoggedTick>(lastText, [worldId])).rows[0]

const pruneText = `${fence}, pruned AS (
    DELETE FROM tick_log WHERE world_id = $1 AND tick < $4 AND (SELECT count(*) FROM fence) = 1
  )
  SELECT count(*)::int AS held FROM fence`

/** Forgets the ticks before `tick`, the oldest checkpoint's: its own row says that it belongs to this log. @throws LeaseLost */
export const pruneTicks = async (pool: pg.Pool, lease: Lease, tick: number): Promise<void> => {
  const { rows } = await pool.query<{ held: number }>(pruneText, [...fenceValues(lease), tick])
  if (rows[0]!.held !== 1) throw new LeaseLost(lease.worldId)
}
