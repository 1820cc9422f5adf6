import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import {
  forgetSegments,
  markPruned,
  type OldSegment,
  readOldSegments,
  readTickingWorlds,
} from '../postgres/housekeeping.ts'

export interface PruneContext {
  /** As orrery_background. */
  pool: pg.Pool
  objects: ObjectStore
  /** Nothing further is begun; what was done stays done. */
  signal?: AbortSignal | undefined
}

const worldsAtOnce = 500
const segmentsAtOnce = 200

/** Deletes raw ticks that are committed and that their world's settings keep no longer; answers how many segments. */
export const pruneSegments = async (context: PruneContext): Promise<number> => {
  let pruned = 0
  for (let after: string | undefined; ; ) {
    const worlds = await readTickingWorlds(context.pool, after, worldsAtOnce)
    for (const worldId of worlds) pruned += await pruneWorld(context, worldId)
    after = worlds.at(-1)
    if (worlds.length < worldsAtOnce || context.signal?.aborted) return pruned
  }
}

const pruneWorld = async (context: PruneContext, worldId: string): Promise<number> => {
  const { pool, signal } = context
  for (let pruned = 0; ; ) {
    const segments = signal?.aborted ? [] : await readOldSegments(pool, worldId, segmentsAtOnce)
    if (segments.length > 0) await forget(context, worldId, segments)
    pruned += segments.length
    if (segments.length < segmentsAtOnce) return pruned
  }
}

/** The rows go last: what is interrupted begins with the same segments again, and no object is left that nobody knows of. */
const forget = async (
  { pool, objects }: PruneContext,
  worldId: string,
  segments: readonly OldSegment[],
): Promise<void> => {
  await markPruned(pool, worldId, Math.max(...segments.map(({ toTick }) => toTick)))
  for (const { key } of segments) await objects.delete(key)
  await forgetSegments(
    pool,
    worldId,
    segments.map(({ segment }) => segment),
  )
}
