import type { Checkpointed } from './checkpoint.ts'

/** A checkpoint as its name tells of it, without being read. */
export interface CheckpointRef extends Checkpointed {
  key: string
  /** Wall clock; for people and for what is kept. Nothing else depends on it. */
  takenAtMs: number
  stateHash: string
}

export const checkpointPrefix = (worldId: string): string => `checkpoints/${worldId}/`

/** The tick comes first and is as wide as the largest one, so that names sort as ticks do. */
export const checkpointKey = (worldId: string, ref: Omit<CheckpointRef, 'key'>): string => {
  const tick = String(ref.tick).padStart(16, '0')
  const takenAt = `${new Date(ref.takenAtMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  return `${checkpointPrefix(worldId)}${tick}_${ref.seq}_${takenAt}_${ref.stateHash}.orc`
}

const name = /(?:^|\/)(\d{16})_(\d+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z_([0-9a-f]{64})\.orc$/

/** undefined for a key that is no checkpoint's. */
export const parseCheckpointKey = (key: string): CheckpointRef | undefined => {
  const match = name.exec(key)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(3, 9).map(Number)
  return {
    ...{ key, tick: Number(match[1]), seq: Number(match[2]), stateHash: match[9] },
    takenAtMs: Date.UTC(year, month - 1, day, hour, minute, second),
  }
}
