import { oldestKeysOf } from './oldest-keys.ts'

/**
 * The seqs of events that touched what is not kept, so that a load which was under way meanwhile puts nothing old
 * there. It holds so many; of what it forgets it knows how long ago that was, and loads from before then are refused.
 */
export interface RecentTouches {
  /** 0: none is known. */
  seqOf(key: string): number
  remember(key: string, seq: number, at: number): void
  drop(key: string): void
  /** Whether a touch may have been forgotten that was not yet there at this time. */
  mayHaveForgotten(at: number): boolean
  forgetAll(at: number): void
}

/** @param at times of a clock that never goes back */
export const createRecentTouches = (limit: number): RecentTouches => {
  const touches = new Map<string, { seq: number; at: number }>()
  const oldestKey = oldestKeysOf(touches)
  let forgottenAt = Number.NEGATIVE_INFINITY
  return {
    seqOf: (key) => touches.get(key)?.seq ?? 0,
    remember: (key, seq, at) => {
      const before = touches.get(key)?.seq ?? 0
      touches.delete(key)
      touches.set(key, { seq: Math.max(seq, before), at })
      if (touches.size <= limit) return
      const oldest = oldestKey()!
      forgottenAt = touches.get(oldest)!.at
      touches.delete(oldest)
    },
    drop: (key) => {
      touches.delete(key)
    },
    mayHaveForgotten: (at) => at <= forgottenAt,
    forgetAll: (at) => {
      touches.clear()
      forgottenAt = at
    },
  }
}
