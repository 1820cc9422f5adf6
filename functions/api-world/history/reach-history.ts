import type pg from 'pg'
import type { HistoryEntry } from '#world/history/pick-changes'
import { readAncestors } from '#world/read/ancestors'
import { reachKept } from '../../past.ts'

/**
 * Rows of an entity's history up to a seq, in the world's log and its ancestors'.
 *
 * @throws PastArchived
 */
export const reachHistory = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
  upToSeq: number,
): Promise<void> => {
  const logs = [{ worldId, upToSeq }, ...(await readAncestors(client, worldId))]
  for (const log of logs)
    await reachKept(client, log.worldId, {
      ...{ sources: ['entity_history', 'component_history'], entityId },
      at: { after: 0, to: Math.min(upToSeq, log.upToSeq) },
    })
}

/**
 * The events of entries that are not in the log; those that have expired stay unknown.
 *
 * @throws PastArchived
 */
export const reachEvents = async (client: pg.ClientBase, entries: readonly HistoryEntry[]): Promise<void> => {
  const missing = Map.groupBy(
    entries.filter(({ type }) => type === null),
    ({ worldId }) => worldId,
  )
  for (const [worldId, ofWorld] of missing) {
    const seqs = ofWorld.map(({ seq }) => seq)
    await reachKept(client, worldId, {
      sources: ['world_events'],
      at: { after: Math.min(...seqs) - 1, to: Math.max(...seqs) },
    })
  }
}
