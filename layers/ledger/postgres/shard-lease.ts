import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { ShardWork } from '../shard-bell.ts'
import type { ShardState } from '../spans.ts'

/** A shard that one engine works on, until somebody takes it after `held_until`. */
export interface HeldShard {
  work: ShardWork
  /** One higher for each holder: a commit needs the latest. */
  token: number
  state: ShardState
  /** Where what is added up of the open span is kept, and the last input in it. */
  spill: { key: string; input: number } | undefined
}

interface ShardRow {
  number: number
  hash: string
  committed_to: number
  from_input: number
  seen_input: number
  spill_key: string | null
  spill_input: number | null
  token: number
}

const takeText = `
  UPDATE ledger_shards SET token = token + 1, holder = $4, held_until = now() + $5 * interval '1 millisecond'
  WHERE world_id = $1 AND layer = $2 AND shard = $3 AND (holder IS NULL OR held_until < now())
  RETURNING number, encode(hash, 'hex') AS hash, committed_to, from_input, seen_input, spill_key, spill_input, token`

/** undefined where another engine works on it, or there is no such shard. */
export const takeShard = async (
  pool: pg.Pool,
  work: ShardWork,
  holder: string,
  ttlMs: number,
): Promise<HeldShard | undefined> => {
  const { worldId, tenantId, layer, shard } = work
  const { rows } = await pool.query<ShardRow>(prepared(takeText, [worldId, layer, shard, holder, ttlMs]))
  const [row] = rows
  if (row === undefined) return undefined
  const { number, hash, committed_to: committedTo, from_input: fromInput, seen_input: seenInput } = row
  return {
    ...{ work, token: row.token },
    state: { tenantId, worldId, layer, shard, number, hash, committedTo, fromInput, seenInput },
    spill: row.spill_key === null ? undefined : { key: row.spill_key, input: row.spill_input! },
  }
}

const releaseText = `
  UPDATE ledger_shards SET holder = NULL, held_until = '-infinity'
  WHERE world_id = $1 AND layer = $2 AND shard = $3 AND token = $4`

/** Nothing where somebody else has it meanwhile. */
export const releaseShard = async (pool: pg.Pool, { work, token }: HeldShard): Promise<void> => {
  await pool.query(prepared(releaseText, [work.worldId, work.layer, work.shard, token]))
}

/** Somebody else took the shard, and what we made of it must not be kept. */
export class ShardLost extends Error {
  readonly code = 'shard-lost'

  constructor({ worldId, layer, shard }: ShardWork) {
    super(`another engine took the shard ${shard} of layer ${layer} of world ${worldId}`)
  }
}

const lockText = `
  SELECT token FROM ledger_shards WHERE world_id = $1 AND layer = $2 AND shard = $3 FOR UPDATE`

/** Locks the shard until the transaction ends. @throws ShardLost */
export const checkShard = async (client: pg.ClientBase, { work, token }: HeldShard): Promise<void> => {
  const { rows } = await client.query<{ token: number }>(
    prepared(lockText, [work.worldId, work.layer, work.shard]),
  )
  if (rows[0]?.token !== token) throw new ShardLost(work)
}

const saveText = `
  UPDATE ledger_shards SET number = $4, hash = decode($5, 'hex'), committed_to = $6, from_input = $7, seen_input = $8,
    spill_key = NULL, spill_input = NULL
  WHERE world_id = $1 AND layer = $2 AND shard = $3`

/** The state after the last commit; what was spilled of the span before is of no use any more. Needs the lock of `checkShard`. */
export const saveShard = async (client: pg.ClientBase, state: ShardState): Promise<void> => {
  const { worldId, layer, shard, number, hash, committedTo, fromInput, seenInput } = state
  await client.query(
    prepared(saveText, [worldId, layer, shard, number, hash, committedTo, fromInput, seenInput]),
  )
}

const spillText = `
  UPDATE ledger_shards SET spill_key = $5, spill_input = $6
  WHERE world_id = $1 AND layer = $2 AND shard = $3 AND token = $4 AND number = $7`

/** Says where the open span is kept; false where somebody has worked on the shard since. */
export const saveSpill = async (
  pool: pg.Pool,
  { work, token }: Pick<HeldShard, 'work' | 'token'>,
  spill: { key: string; input: number; number: number },
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    prepared(spillText, [
      ...[work.worldId, work.layer, work.shard, token, spill.key, spill.input, spill.number],
    ]),
  )
  return rowCount === 1
}
