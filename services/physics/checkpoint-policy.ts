import type { CheckpointRef } from './checkpoint-key.ts'

/**
 * Which checkpoints of a world stay (grandfather, father, son): the newest, and of each hour and day of the recent
 * past the first. The tick log stays from the oldest of them on, so that every tick since then can be replayed. What
 * forks need stays beside that: all checkpoints, and all ticks since the oldest, up to the tick that they go on from.
 */
export interface CheckpointPolicy {
  /** Newest ones; at least 1. Infinity: all stay. */
  newest: number
  /** Hours (UTC) of which one stays, the current one included. */
  hours: number
  /** Days (UTC) of which one stays, the current one included. */
  days: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * Those that the policy lets go. Of an hour or a day its first one stays: once chosen it does not change any more,
 * and the first of a day is the first of an hour too.
 *
 * @param refs all of a world, by tick.
 */
export const surplusCheckpoints = (
  refs: readonly CheckpointRef[],
  { newest, hours, days }: CheckpointPolicy,
  nowMs: number,
): CheckpointRef[] => {
  if (!Number.isFinite(newest)) return []
  const kept = new Set([
    ...refs.slice(-newest),
    ...firstOfEach(refs, hourMs, hours, nowMs),
    ...firstOfEach(refs, dayMs, days, nowMs),
  ])
  return refs.filter((ref) => !kept.has(ref))
}

const firstOfEach = (
  refs: readonly CheckpointRef[],
  periodMs: number,
  periods: number,
  nowMs: number,
): Iterable<CheckpointRef> => {
  const current = Math.floor(nowMs / periodMs)
  const firsts = new Map<number, CheckpointRef>()
  for (const ref of refs) {
    const period = Math.floor(ref.takenAtMs / periodMs)
    if (period > current - periods && !firsts.has(period)) firsts.set(period, ref)
  }
  return firsts.values()
}
