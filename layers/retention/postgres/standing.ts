import type pg from 'pg'
import { checkpointPrefix, parseCheckpointKey } from '#physics/checkpoint-key'
import type { ObjectStore } from '#platform/object-store/object-store'
import { prepared } from '#platform/postgres/pool'

// As in layers/world/query/moment.ts; events before `low` have left the log, and their hours tell
const seqBeforeText = `
  WITH RECURSIVE bounds AS (
    SELECT greatest(w.fork_seq, coalesce((
      SELECT greatest(s.archived_to, coalesce(upper(s.expired) - 1, 0)) FROM retention_state s
      WHERE s.world_id = w.world_id AND s.source = 'world_events'), 0)) AS low, w.seq AS high, w.fork_seq
    FROM worlds w WHERE w.world_id = $1
  ), half (low, high) AS (
    SELECT low, high FROM bounds
    UNION ALL
    SELECT CASE WHEN middle.passed THEN middle.seq ELSE low END, CASE WHEN middle.passed THEN high ELSE middle.seq - 1 END
    FROM half, LATERAL (
      SELECT (low + high + 1) / 2 AS seq, coalesce((
        SELECT e.occurred_at < $2 FROM world_events e WHERE e.world_id = $1 AND e.seq = (low + high + 1) / 2
      ), false) AS passed
    ) middle
    WHERE low < high
  )
  SELECT CASE WHEN h.low > b.low OR b.low = b.fork_seq THEN h.low ELSE coalesce((
    SELECT max(seq) FROM retention_hours WHERE world_id = $1 AND hour < $2), b.fork_seq) END AS seq
  FROM half h, bounds b WHERE h.low >= h.high`

/** The last seq of the world's own log before the beginning of an hour. */
export const readSeqBefore = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  hour: Date,
): Promise<number> =>
  (await client.query<{ seq: number }>(prepared(seqBeforeText, [worldId, hour]))).rows[0]!.seq

/** What keeps an event in the log, and the last one that it needs no more. */
export interface Reader {
  name: string
  seq: number
}

const readersText = `
  SELECT name, seq FROM (
    SELECT 'relay ' || destination AS name, seq FROM relay_cursors WHERE world_id = $1
    UNION ALL
    SELECT 'relay', fork_seq FROM worlds WHERE world_id = $1 AND NOT EXISTS (SELECT FROM relay_cursors WHERE world_id = $1)
    UNION ALL
    SELECT 'consumer ' || consumer, seq FROM consumer_cursors WHERE world_id = $1
    UNION ALL
    SELECT 'dead letter of ' || destination, seq - 1 FROM dead_letters WHERE world_id = $1
    UNION ALL
    SELECT 'physics', coalesce($2::int8, first_body_change_seq - 1) FROM worlds WHERE world_id = $1
  ) r WHERE seq IS NOT NULL ORDER BY seq LIMIT 1`

/**
 * Who is behind all others that read the log in order. The physics goes on from its oldest checkpoint; without any it reads
 * what changed bodies since their first rows.
 */
export const readLastReader = async (
  { pool, objects }: { pool: pg.Pool; objects: ObjectStore },
  worldId: string,
): Promise<Reader | undefined> => {
  const keys = await objects.list(checkpointPrefix(worldId))
  const seqs = keys.flatMap((key) => parseCheckpointKey(key)?.seq ?? [])
  const oldest = seqs.length === 0 ? null : Math.min(...seqs)
  return (await pool.query<Reader>(prepared(readersText, [worldId, oldest]))).rows[0]
}

const pinnedText = 'SELECT coalesce(max(up_to_seq), 0) AS seq FROM world_pins($1)'

/** The last seq of the world's log that is a fork's past too; 0: it has no fork. */
export const readPinnedSeq = async (client: pg.ClientBase | pg.Pool, worldId: string): Promise<number> =>
  (await client.query<{ seq: number }>(prepared(pinnedText, [worldId]))).rows[0]!.seq

// A dataset that follows its world reads later snapshots yet
const trainedText = `
  SELECT min(seq) AS seq FROM (
    SELECT s.seq FROM epochs e, unnest(e.snapshot_worlds, e.snapshot_seqs) AS s (world_id, seq)
    WHERE e.world_id = $1 AND s.world_id = $1
    UNION ALL
    SELECT followed_seq FROM training_datasets WHERE world_id = $1 AND follows
  ) p`

/**
 * The first seq of the world's log that a training set of its own stands on: what could be read then, and later, stays. null:
 * none does. Those of its forks lie in what the forks keep.
 */
export const readTrainedSeq = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
): Promise<number | null> =>
  (await client.query<{ seq: number | null }>(prepared(trainedText, [worldId]))).rows[0]!.seq

const pinLockText = `SELECT pg_advisory_xact_lock(hashtextextended('orrery.training:' || $1, 0))`

/** Nobody makes a training set of the world until the transaction ends (layers/training/postgres/pin-snapshots.ts). */
export const lockTrained = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(pinLockText, [worldId])
}

// of layers/world/fork/find-fork-tick.ts
const forkLockText = `SELECT pg_try_advisory_xact_lock(hashtextextended('orrery.fork:' || $1, 0)) AS free`

/** Whether the world is not being forked, and will not be until the transaction ends. */
export const tryForkLock = async (client: pg.ClientBase, worldId: string): Promise<boolean> =>
  (await client.query<{ free: boolean }>(forkLockText, [worldId])).rows[0]!.free

const heldText = `SELECT settings #>> '{retention,legalHold}' IS NOT NULL AS held FROM worlds WHERE world_id = $1`

/** Whether a hold keeps all that the world has. */
export const isHeld = async (client: pg.ClientBase | pg.Pool, worldId: string): Promise<boolean> =>
  (await client.query<{ held: boolean }>(prepared(heldText, [worldId]))).rows[0]?.held ?? false
