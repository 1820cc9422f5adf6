import type pg from 'pg'

/** A world that another one was forked of, directly or not, and how far its history is that one's too. */
export interface Ancestor {
  worldId: string
  name: string
  upToSeq: number
  /** Of the simulation; null: nothing of it can be rebuilt there. */
  upToTick: number | null
}

// each fork is made of the world in whose own log its seq lies, so seqs fall on the way up
const ancestorsText = `
  WITH RECURSIVE up AS (
    SELECT parent_world_id AS world_id, fork_seq, fork_tick, 1 AS steps FROM worlds
    WHERE world_id = $1 AND parent_world_id IS NOT NULL
    UNION ALL
    SELECT w.parent_world_id, w.fork_seq, w.fork_tick, up.steps + 1 FROM up JOIN worlds w USING (world_id)
    WHERE w.parent_world_id IS NOT NULL
  )
  SELECT world_id AS "worldId", w.name, up.fork_seq AS "upToSeq", up.fork_tick AS "upToTick"
  FROM up JOIN worlds w USING (world_id) ORDER BY steps`

/** The parent first; none for a world that is no fork. */
export const readAncestors = async (client: pg.ClientBase, worldId: string): Promise<Ancestor[]> =>
  (await client.query<Ancestor>(ancestorsText, [worldId])).rows

/** The ancestor in whose own log a seq lies; undefined where that is the world itself. */
export const ancestorAt = (ancestors: readonly Ancestor[], seq: number): Ancestor | undefined =>
  ancestors.findLast(({ upToSeq }) => seq <= upToSeq)

/** The ancestor that made a tick; undefined where that is the world itself. */
export const ancestorAtTick = (ancestors: readonly Ancestor[], tick: number): Ancestor | undefined =>
  ancestors.findLast(({ upToTick }) => upToTick !== null && tick < upToTick)
