import type pg from 'pg'
import type { ForkSource } from './find-source.ts'

const lockText = `SELECT pg_advisory_xact_lock_shared(hashtextextended('orrery.fork:' || $1, 0))`

/** Until the transaction ends no ticks of the world are forgotten: its holder sees the pin of this fork first. */
export const lockForFork = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(lockText, [worldId])
}

// to_seq rises with the tick. A gap after the tick means that it was not the last one to be found.
const tickText = `
  SELECT t.tick, n.tick AS next FROM (
    SELECT tick FROM tick_log WHERE world_id = $1 AND to_seq <= $2 ORDER BY tick DESC LIMIT 1
  ) t LEFT JOIN LATERAL (
    SELECT tick FROM tick_log WHERE world_id = $1 AND tick > t.tick ORDER BY tick LIMIT 1
  ) n ON true`

const inheritedText = `
  SELECT fork_tick FROM worlds WHERE world_id = $1 AND NOT EXISTS (SELECT FROM tick_log WHERE world_id = $1)`

/**
 * The last tick of the source that had taken up no event after the fork's seq: bodies go on from there. Of a fork that
 * has not ticked yet, its own; null where no such tick is retained. Needs the lock of `lockForFork`.
 */
export const findForkTick = async (
  client: pg.ClientBase,
  { worldId, atSeq }: ForkSource,
): Promise<number | null> => {
  const { rows } = await client.query<{ tick: number; next: number | null }>(tickText, [worldId, atSeq])
  const [found] = rows
  if (found !== undefined) return found.next === null || found.next === found.tick + 1 ? found.tick : null
  const { rows: worlds } = await client.query<{ fork_tick: number | null }>(inheritedText, [worldId])
  return worlds[0]?.fork_tick ?? null
}
