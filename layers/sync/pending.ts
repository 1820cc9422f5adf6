import { type Frame, frameBytes, mergeFrames } from './frame.ts'
import type { Digest, LiveTick } from './live-ticks.ts'
import type { ViewFrame } from './view.ts'

/** What waits for a reader: one frame at most, however many were put together in it. */
export interface Pending {
  add(frame: Frame): void
  addDigests(tick: LiveTick, digests: readonly Digest[]): void
  /** Either may be undefined. */
  take(): { frame: Frame | undefined; digests: { tick: LiveTick; digests: readonly Digest[] } | undefined }
  isEmpty(): boolean
  /** More waits than a reader may leave. */
  isTooMuch(): boolean
}

export const createPending = (limitBytes: number): Pending => {
  let frame: Frame | undefined
  let digests: { tick: LiveTick; digests: readonly Digest[] } | undefined
  let merged = 0
  let tooMuch = false

  return {
    add: (added) => {
      frame = frame === undefined ? added : mergeViewFrames(frame, added)
      // they are of the state before
      digests = undefined
      merged++
      // a single frame is as large as it is; the size of a sum is looked at now and then, since that takes time too
      if (merged > 1 && (merged & 7) === 2) tooMuch = frameBytes(frame) > limitBytes
    },
    addDigests: (tick, told) => {
      if (frame === undefined || frame.to.tick === tick.tick) digests = { tick, digests: told }
    },
    take: () => {
      const taken = { frame, digests }
      frame = undefined
      digests = undefined
      merged = 0
      return taken
    },
    isEmpty: () => frame === undefined && digests === undefined,
    isTooMuch: () => tooMuch,
  }
}

const mergeViewFrames = (first: Frame & Partial<ViewFrame>, second: Frame & Partial<ViewFrame>): Frame => {
  const sum = mergeFrames(first, second)
  const both = (key: 'entered' | 'left') => [...(first[key] ?? []), ...(second[key] ?? [])]
  const still = (ids: string[], kind: 'created' | 'deleted') =>
    [...new Set(ids)].filter((id) => sum.facts.get(id)?.kind === kind)
  return {
    ...sum,
    entered: still(both('entered'), 'created'),
    left: still(both('left'), 'deleted'),
  } as ViewFrame
}
