import type { ObjectStore } from '#platform/object-store/object-store'
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts'
import { type CheckpointRef, checkpointKey, checkpointPrefix, parseCheckpointKey } from './checkpoint-key.ts'
import { type CheckpointPolicy, surplusCheckpoints } from './checkpoint-policy.ts'
import type { Simulation } from './simulation.ts'

/** Answers the object's key. */
export const putCheckpoint = async (
  store: ObjectStore,
  worldId: string,
  { bytes, ...checkpoint }: Checkpoint,
  takenAtMs: number,
): Promise<string> => {
  const key = checkpointKey(worldId, { ...checkpoint, takenAtMs })
  await store.put(key, bytes)
  return key
}

/** The checkpoints of a world by their ticks, the oldest first. */
export const listCheckpoints = async (store: ObjectStore, worldId: string): Promise<CheckpointRef[]> =>
  (await store.list(checkpointPrefix(worldId))).flatMap((key) => parseCheckpointKey(key) ?? [])

/**
 * The state of a checkpoint; undefined where it is gone.
 *
 * @throws Error for one that is damaged, or not what its name says; what the store throws; the signal's reason.
 */
export const readCheckpoint = async (
  store: ObjectStore,
  ref: CheckpointRef,
  signal?: AbortSignal,
): Promise<Simulation | undefined> => {
  const bytes = await store.get(ref.key)
  return bytes && decodeNamed(ref, bytes, signal)
}

const decodeNamed = async (
  { key, tick, seq, stateHash }: CheckpointRef,
  bytes: Buffer,
  signal?: AbortSignal,
): Promise<Simulation> => {
  const simulation = await decodeCheckpoint(bytes, signal, stateHash)
  const isNamed = simulation.tick === tick && simulation.seq === seq
  if (!isNamed || !key.startsWith(checkpointPrefix(simulation.worldId)))
    throw new Error(`it is of tick ${simulation.tick} of world ${simulation.worldId}`)
  return simulation
}

/** Decides whether a checkpoint belongs to this database. */
export type IsOurs = (ref: CheckpointRef) => boolean | Promise<boolean>

export interface NewestOptions {
  warn: (line: string) => void
  signal?: AbortSignal | undefined
  /** Newer ones do not count; default Infinity. */
  upToTick?: number
}

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
  { warn, signal, upToTick = Number.POSITIVE_INFINITY }: NewestOptions,
): Promise<Simulation | undefined> => {
  const refs = (await listCheckpoints(store, worldId)).filter(({ tick }) => tick <= upToTick)
  for (const ref of refs.reverse()) {
    if (!(await isOurs(ref))) {
      warn(`checkpoint ${ref.key} is not of this database's log`)
      continue
    }
    const bytes = await store.get(ref.key)
    if (bytes === undefined) continue
    const simulation = await decodeNamed(ref, bytes, signal).catch((error: Error) => {
      signal?.throwIfAborted()
      warn(`checkpoint ${ref.key} cannot be read: ${error.message}`)
    })
    if (simulation !== undefined) return simulation
  }
  return undefined
}

/** What the policy does not keep of the checkpoints up to `newestTick`, and the tick of the oldest that it keeps. */
export const oldCheckpoints = async (
  store: ObjectStore,
  worldId: string,
  newestTick: number,
  policy: CheckpointPolicy,
  nowMs: number,
): Promise<{ surplus: CheckpointRef[]; oldestTick: number }> => {
  const refs = (await listCheckpoints(store, worldId)).filter(({ tick }) => tick <= newestTick)
  const surplus = new Set(surplusCheckpoints(refs, policy, nowMs))
  return { surplus: [...surplus], oldestTick: refs.find((ref) => !surplus.has(ref))?.tick ?? newestTick }
}
