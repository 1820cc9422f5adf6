import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import { fence, fenceValues, type Lease, LeaseLost } from './lease.ts'

const pinnedText = 'SELECT coalesce(max(up_to_tick), -1) AS tick FROM world_pins($1)'

/** The last tick that a fork of the world needs; -1: none. */
export const readPinnedTick = async (database: pg.ClientBase | pg.Pool, worldId: string): Promise<number> =>
  (await database.query<{ tick: number }>(pinnedText, [worldId])).rows[0]!.tick

// of layers/world/fork/find-fork-tick.ts
const lockText = `
  SELECT pg_try_advisory_xact_lock(hashtextextended('orrery.fork:' || $1::text, 0)) AND NOT EXISTS (
    SELECT FROM worlds WHERE world_id = $1::uuid AND settings #>> '{retention,legalHold}' IS NOT NULL) AS free`

/** Ticks that one statement forgets: some hundred milliseconds, in which the lease cannot be renewed. */
const pruneAtOnce = 10_000

const pruneText = `${fence}, pruned AS (
    DELETE FROM tick_log WHERE world_id = $1 AND (SELECT count(*) FROM fence) = 1 AND tick > $5 AND tick < $4 AND tick < (
      SELECT min(tick) FROM tick_log WHERE world_id = $1 AND tick > $5) + ${pruneAtOnce}
    RETURNING tick
  )
  SELECT (SELECT count(*) FROM fence)::int AS held, (SELECT count(*) FROM pruned)::int AS pruned`

/**
 * Forgets ticks before `tick`, the oldest checkpoint's: its own row says that it belongs to this log. Those up to the
 * last one that a fork needs stay. Ten thousand at most; `more`: there may be more; `forking`: nothing was forgotten,
 * since the world is being forked, or held (docs/retention.md).
 *
 * @throws LeaseLost
 */
export const pruneTicks = (pool: pg.Pool, lease: Lease, tick: number): Promise<'done' | 'more' | 'forking'> =>
  inTransaction(pool, async (client) => {
    const { rows: locks } = await client.query<{ free: boolean }>(lockText, [lease.worldId])
    if (!locks[0]!.free) return 'forking'
    // after the lock, so that a fork that has just been made is seen
    const pinned = await readPinnedTick(client, lease.worldId)
    const values = [...fenceValues(lease), tick, pinned]
    const { rows } = await client.query<{ held: number; pruned: number }>(pruneText, values)
    if (rows[0]!.held !== 1) throw new LeaseLost(lease.worldId)
    return rows[0]!.pruned === pruneAtOnce ? 'more' : 'done'
  })
