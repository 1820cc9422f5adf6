import type pg from 'pg'

/** A world whose commits are part of another one's ledger, and which of them. */
export interface LedgerAncestor {
  worldId: string
  /** Of its commits those whose events have no later seq. */
  upToSeq: number
  /** Their spans end at or before this tick. */
  upToEpoch: number
}

const ancestorsText = `
  WITH RECURSIVE up AS (
    SELECT parent_world_id AS world_id, fork_seq, fork_epoch, 1 AS steps FROM worlds
    WHERE world_id = $1 AND parent_world_id IS NOT NULL
    UNION ALL
    SELECT w.parent_world_id, w.fork_seq, w.fork_epoch, up.steps + 1 FROM up JOIN worlds w USING (world_id)
    WHERE w.parent_world_id IS NOT NULL
  )
  SELECT world_id AS "worldId", fork_seq AS "upToSeq", fork_epoch AS "upToEpoch" FROM up ORDER BY steps`

/**
 * The worlds that a fork's chains go back into, its parent first; none for a world that is no fork. A fork's own commits
 * have larger numbers in each chain than those of its ancestors that are part of it.
 */
export const ledgerAncestors = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
): Promise<LedgerAncestor[]> => (await client.query<LedgerAncestor>(ancestorsText, [worldId])).rows
