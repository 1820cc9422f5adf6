import type pg from 'pg'
import type { CheckpointRef } from '#physics/checkpoint-key'
import { readCheckpoint } from '#physics/checkpoint-store'
import { type Differences, findDifferences } from '#physics/differences'
import { replayTicks } from '#physics/replay-ticks'
import type { Simulation } from '#physics/simulation'
import { stateHash } from '#physics/state-hash'
import type { LoggedTick } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import type { ObjectStore } from '#platform/object-store/object-store'

export interface VerifyOptions {
  pool: pg.Pool
  objects: ObjectStore
  /** Where it begins; its own hash holds, or it could not be read. */
  start: CheckpointRef
  /** All checkpoints of the world. */
  checkpoints: readonly CheckpointRef[]
  toTick: number
  onProgress: (tick: number) => void
}

export interface Mismatch {
  tick: number
  recorded: string
  replayed: string
  /** The last tick before whose recorded hash was the replay's. */
  equalTick: number
}

export interface Verified {
  /** The last tick that was run. */
  tick: number
  ticks: number
  /** Recorded hashes that were compared. */
  compared: number
  /** The last of them that was equal. */
  equalTick: number
  /** The first that was not. */
  mismatch: Mismatch | undefined
  /** From the first checkpoint at or after it whose state can be read: which, and how it differs. */
  differences: (Differences & { tick: number }) | undefined
}

/** Ends the replay: all is known. */
class Done extends Error {}

/** Bodies that are listed. */
const listed = 10

/**
 * Runs the ticks after a checkpoint again and compares the state with every recorded hash: those of ticks in the tick
 * log, and those of checkpoints. After the first that differs it goes on to the next checkpoint, to see by its state
 * which bodies do.
 *
 * @throws Error where the log does not reach, or the checkpoint cannot be read.
 */
export const verify = async (options: VerifyOptions): Promise<Verified> => {
  const { pool, objects, start, checkpoints, toTick, onProgress } = options
  const simulation = await readCheckpoint(objects, start)
  if (simulation === undefined) throw new Error(`The checkpoint of tick ${start.tick} is gone.`)
  const seen: Verified = {
    ...{ tick: start.tick, ticks: 0, compared: 0, equalTick: start.tick },
    ...{ mismatch: undefined, differences: undefined },
  }
  const at = new Map(checkpoints.map((ref) => [ref.tick, ref]))
  const newest = Math.max(...at.keys())

  const onTick = async (logged: LoggedTick): Promise<void> => {
    seen.tick = logged.tick
    seen.ticks++
    onProgress(logged.tick)
    const ref = at.get(logged.tick)
    if (seen.mismatch === undefined) await compare(seen, simulation, logged, ref)
    if (seen.mismatch === undefined) return
    if (ref !== undefined) seen.differences = await differencesAt(objects, ref, simulation)
    if (seen.differences !== undefined || logged.tick >= newest) throw new Done()
  }

  await replayTicks({ pool, objects }, simulation, { toTick, onTick }).catch((error) => {
    if (!(error instanceof Done)) throw error
  })
  return seen
}

const compare = async (
  seen: Verified,
  { bodies, gamma, tick, seq }: Simulation,
  logged: LoggedTick,
  ref: CheckpointRef | undefined,
): Promise<void> => {
  const hashes = [logged.stateHash, ref?.stateHash].filter((hash) => typeof hash === 'string')
  if (hashes.length === 0) return
  const replayed = await drive(stateHash(bodies, tick, seq, gamma))
  seen.compared += hashes.length
  const recorded = hashes.find((hash) => hash !== replayed)
  if (recorded === undefined) seen.equalTick = tick
  else seen.mismatch = { tick, recorded, replayed, equalTick: seen.equalTick }
}

/** undefined where the checkpoint is gone or damaged. */
const differencesAt = async (
  objects: ObjectStore,
  ref: CheckpointRef,
  replayed: Simulation,
): Promise<Verified['differences']> => {
  const recorded = await readCheckpoint(objects, ref).catch(() => undefined)
  return recorded && { ...findDifferences(recorded, replayed, listed), tick: ref.tick }
}
