import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

/** The tick that took up an event: the first one that began with it applied. */
export type TakenUp =
  | { tick: number; fromSeq: number; toSeq: number }
  /** `not-retained`: that tick is no longer in the tick log; `not-yet`: no tick has; `never-ticked`: no physics ever did. */
  | { absence: 'not-retained' | 'not-yet' | 'never-ticked' }

// to_seq rises with the tick: some twenty steps along the primary key. A tick that is missing is passed over.
const takenUpText = `
  WITH RECURSIVE half (low, high) AS (
    (SELECT min(tick), max(tick) FROM tick_log WHERE world_id = $1)
    UNION ALL
    SELECT CASE WHEN middle.reached THEN low ELSE middle.tick + 1 END,
      CASE WHEN middle.reached THEN middle.tick ELSE high END
    FROM half, LATERAL (
      SELECT (low + high) / 2 AS tick, coalesce((
        SELECT t.to_seq >= $2 FROM tick_log t WHERE t.world_id = $1 AND t.tick >= (low + high) / 2 ORDER BY t.tick LIMIT 1
      ), true) AS reached
    ) middle
    WHERE low < high
  )
  SELECT t.tick, t.to_seq AS "toSeq", before.tick AS "beforeTick", before.to_seq AS "beforeSeq"
  FROM half CROSS JOIN LATERAL (
    SELECT tick, to_seq FROM tick_log WHERE world_id = $1 AND tick >= half.low ORDER BY tick LIMIT 1
  ) t LEFT JOIN LATERAL (
    SELECT tick, to_seq FROM tick_log WHERE world_id = $1 AND tick < t.tick ORDER BY tick DESC LIMIT 1
  ) before ON true
  WHERE half.low >= half.high`

interface Row {
  tick: number
  toSeq: number
  beforeTick: number | null
  beforeSeq: number | null
}

/** @param firstTick the first that the world itself made: 1, or of a fork the one after its parent's. */
export const findTakenUp = async (
  client: pg.ClientBase,
  worldId: string,
  seq: number,
  firstTick: number,
): Promise<TakenUp> => {
  const [found] = (await client.query<Row>(prepared(takenUpText, [worldId, seq]))).rows
  if (found === undefined) return { absence: 'never-ticked' }
  const { tick, toSeq, beforeTick, beforeSeq } = found
  if (toSeq < seq) return { absence: 'not-yet' }
  if (beforeTick === null)
    return tick <= firstTick ? { tick, fromSeq: 1, toSeq } : { absence: 'not-retained' }
  return beforeTick === tick - 1 ? { tick, fromSeq: beforeSeq! + 1, toSeq } : { absence: 'not-retained' }
}
