import type pg from 'pg'
import { PastExpired, reachPast } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import { readAncestors } from '../read/ancestors.ts'
import type { World } from '../read/worlds.ts'

// occurred_at never goes back and seqs have no gaps: some twenty steps of bisection along the primary key, instead of an
// index that every event would have to pay for
const selectSeqAt = `
  WITH RECURSIVE half (low, high) AS (
    SELECT $2::int8, $3::int8
    UNION ALL
    SELECT CASE WHEN middle.passed THEN middle.seq ELSE low END, CASE WHEN middle.passed THEN high ELSE middle.seq - 1 END
    FROM half, LATERAL (
      SELECT (low + high + 1) / 2 AS seq, coalesce((
        SELECT e.occurred_at <= $4 FROM world_events e WHERE e.world_id = $1 AND e.seq = (low + high + 1) / 2
      ), false) AS passed
    ) middle
    WHERE low < high
  )
  SELECT low AS seq FROM half WHERE low >= high`

const bisect = async (
  client: pg.ClientBase,
  worldId: string,
  time: Date,
  from: number,
  to: number,
): Promise<number> =>
  (await client.query<{ seq: number }>(selectSeqAt, [worldId, from, to, time])).rows[0]!.seq

// up to which seq events have left the log, and the last seqs before the hour of the time and in it
const selectHour = `
  SELECT coalesce((SELECT greatest(archived_to, upper(expired) - 1) FROM retention_state
      WHERE world_id = $1 AND source = 'world_events'), 0) AS gone,
    coalesce((SELECT max(seq) FROM retention_hours WHERE world_id = $1
      AND hour < date_trunc('hour', $2::timestamptz, 'UTC')), 0) AS before,
    coalesce((SELECT max(seq) FROM retention_hours WHERE world_id = $1
      AND hour <= date_trunc('hour', $2::timestamptz, 'UTC')), 0) AS within`

/**
 * The last seq of the log at that time, of those after `from` up to `to`; `from` where all of them came later. Where the
 * events of that hour are kept no longer, the last one before it.
 *
 * @throws PastArchived where they are in the archive
 */
export const readSeqAt = async (
  client: pg.ClientBase,
  worldId: string,
  time: Date,
  from: number,
  to: number,
): Promise<number> => {
  const hour = await client.query<{ gone: number; before: number; within: number }>(selectHour, [
    worldId,
    time,
  ])
  const { gone, before, within } = hour.rows[0]!
  const found = await bisect(client, worldId, time, Math.min(to, Math.max(from, gone)), to)
  if (gone <= from || found > gone) return found
  const [low, high] = [before, within].map((seq) => Math.max(from, Math.min(to, seq))) as [number, number]
  if (low === high) return low
  const wanted = { sources: tablesOf('events'), at: { after: low, to: Math.min(high, gone) } }
  const isKept = await reachPast(client, worldId, wanted).then(
    () => true,
    (error: unknown) => {
      if (error instanceof PastExpired) return false
      throw error
    },
  )
  return isKept ? bisect(client, worldId, time, low, high) : low
}

/** The seq that `asOf` names: a seq itself, or a time; for a time before a fork began one of its ancestors' log. */
export const resolveMoment = async (
  client: pg.ClientBase,
  { worldId, seq, parent }: World,
  asOf: number | string,
): Promise<number> => {
  if (typeof asOf === 'number') return asOf
  const time = new Date(asOf)
  const ancestors = parent === null ? [] : await readAncestors(client, worldId)
  // each log begins after the seq that the world was forked at
  const logs = [{ worldId, upToSeq: seq }, ...ancestors]
  for (const [n, log] of logs.entries()) {
    const from = logs[n + 1]?.upToSeq ?? 0
    const found = await readSeqAt(client, log.worldId, time, from, log.upToSeq)
    if (found > from || n === logs.length - 1) return found
  }
  return 0
}
