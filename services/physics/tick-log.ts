import type pg from 'pg'
import { int8Array, textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { fence, fenceValues, type Lease, LeaseLost } from './lease.ts'

/** A tick, and the last event that was applied at its beginning. */
export interface LoggedTick {
  tick: number
  toSeq: number
  /** Of the state after it (`stateHash`); of some ticks only. */
  stateHash?: string | null
}

// a tick that is there already is ours: its commit had come through though its answer had not
const appendText = `${fence}, appended AS (
    INSERT INTO tick_log (world_id, tick, tenant_id, to_seq, state_hash)
    SELECT $1, u.tick, $4, u.to_seq, decode(u.state_hash, 'hex')
    FROM unnest($5::int8[], $6::int8[], $7::text[]) AS u (tick, to_seq, state_hash)
    WHERE (SELECT count(*) FROM fence) = 1
    ON CONFLICT DO NOTHING
  )
  SELECT count(*)::int AS held FROM fence`

/** Makes ticks durable, all in one transaction. @throws LeaseLost */
export const appendTicks = async (
  database: pg.ClientBase | pg.Pool,
  lease: Lease,
  ticks: LoggedTick[],
): Promise<void> => {
  const { rows } = await database.query<{ held: number }>(
    prepared(appendText, [
      ...fenceValues(lease),
      lease.tenantId,
      int8Array(ticks.map(({ tick }) => tick)),
      int8Array(ticks.map(({ toSeq }) => toSeq)),
      textArray(ticks.map(({ stateHash }) => stateHash ?? null)),
    ]),
  )
  if (rows[0]!.held !== 1) throw new LeaseLost(lease.worldId)
}

const columns = `tick, to_seq AS "toSeq", encode(state_hash, 'hex') AS "stateHash"`

const readText = `
  SELECT ${columns} FROM tick_log WHERE world_id = $1 AND tick > $2 AND tick <= $3 ORDER BY tick LIMIT 10000`

/** The ticks after `afterTick` up to `toTick` (default: the last), in order, at most 10,000. */
export const readTicks = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
  afterTick: number,
  toTick = Number.MAX_SAFE_INTEGER,
): Promise<LoggedTick[]> => {
  const upTo = Math.min(toTick, Number.MAX_SAFE_INTEGER)
  return (await database.query<LoggedTick>(readText, [worldId, afterTick, upTo])).rows
}

const lastText = `SELECT ${columns} FROM tick_log WHERE world_id = $1 ORDER BY tick DESC LIMIT 1`

export const lastTick = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
): Promise<LoggedTick | undefined> => (await database.query<LoggedTick>(lastText, [worldId])).rows[0]

const upToSeqText = `
  SELECT ${columns} FROM tick_log
  WHERE world_id = $1 AND tick BETWEEN $2 AND $3 AND to_seq <= $4 ORDER BY tick DESC LIMIT 1`

/** The last of the ticks `fromTick` to `toTick` that had no event after `seq`; reads all that had, back from the last. */
export const lastTickUpToSeq = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
  { fromTick, toTick, seq }: { fromTick: number; toTick: number; seq: number },
): Promise<LoggedTick | undefined> =>
  (await database.query<LoggedTick>(upToSeqText, [worldId, fromTick, toTick, seq])).rows[0]

const firstFromText = `SELECT ${columns} FROM tick_log WHERE world_id = $1 AND tick >= $2 ORDER BY tick LIMIT 1`

/** The first tick at or after one that is retained. */
export const firstTickFrom = async (
  database: pg.ClientBase | pg.Pool,
  worldId: string,
  tick: number,
): Promise<LoggedTick | undefined> =>
  (await database.query<LoggedTick>(firstFromText, [worldId, tick])).rows[0]
