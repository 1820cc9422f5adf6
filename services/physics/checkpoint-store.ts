import type { ObjectStore } from '#platform/object-store/object-store'
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts'
import type { Simulation } from './simulation.ts'

const prefix = (worldId: string): string => `checkpoints/${worldId}/`

// as wide as the largest tick, so that names sort as ticks do
const keyOf = (worldId: string, tick: number): string =>
  `${prefix(worldId)}${String(tick).padStart(16, '0')}.orc`

const tickOf = (key: string): number => Number(key.slice(key.lastIndexOf('/') + 1, -'.orc'.length))

export const putCheckpoint = (store: ObjectStore, worldId: string, checkpoint: Checkpoint): Promise<void> =>
  store.put(keyOf(worldId, checkpoint.tick), checkpoint.bytes)

/** Decides whether a checkpoint that can be read belongs to this database. */
export type IsOurs = (simulation: Simulation) => boolean | Promise<boolean>

/**
 * The state of the newest checkpoint that can be read and is `isOurs`; undefined where there is none. What is
 * damaged or foreign is reported and the next older one taken.
 *
 * @throws what the store throws: an outage is not an absence.
 */
export const readNewestCheckpoint = async (
  store: ObjectStore,
  worldId: string,
  isOurs: IsOurs,
  options: { warn: (line: string) => void; signal?: AbortSignal },
): Promise<Simulation | undefined> => {
  for (const key of (await store.list(prefix(worldId))).reverse()) {
    const bytes = await store.get(key)
    if (bytes === undefined) continue
    const simulation = await decodeCheckpoint(bytes, options.signal).catch((error: Error) => {
      options.signal?.throwIfAborted()
      options.warn(`checkpoint ${key} cannot be read: ${error.message}`)
    })
    if (simulation === undefined) continue
    if (simulation.worldId === worldId && (await isOurs(simulation))) return simulation
    options.warn(`checkpoint ${key} is not of this database's log`)
  }
  return undefined
}

/** Deletes all but the newest `keep` checkpoints up to `newestTick`; answers the tick of the oldest that is left. */
export const dropOldCheckpoints = async (
  store: ObjectStore,
  worldId: string,
  newestTick: number,
  keep: number,
): Promise<number> => {
  const keys = (await store.list(prefix(worldId))).filter((key) => tickOf(key) <= newestTick).reverse()
  for (const key of keys.slice(keep)) await store.delete(key)
  const oldest = keys.slice(0, keep).at(-1)
  return oldest === undefined ? newestTick : tickOf(oldest)
}
