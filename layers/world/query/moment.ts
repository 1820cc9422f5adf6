import type pg from 'pg'
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

/** The last seq of the log at that time, of those after `from` up to `to`; `from` where all of them came later. */
export const readSeqAt = async (
  client: pg.ClientBase,
  worldId: string,
  time: Date,
  from: number,
  to: number,
): Promise<number> =>
  (await client.query<{ seq: number }>(selectSeqAt, [worldId, from, to, time])).rows[0]!.seq

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
