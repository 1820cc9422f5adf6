import type { Position } from './entity.ts'
import type { ChangeBatch } from './entity-store.ts'
import { type ClockOffset, estimateOffset, extendTrack, positionAt, type Track } from './interpolation.ts'
import type { StateSync } from './state-sync.ts'

export interface InterpolateOptions {
  /** How far behind the newest tick is drawn; one to two ticks' length, 100 by default. */
  delayMs?: number
  /** Milliseconds of any clock. */
  now?: () => number
}

export interface Interpolation {
  /** Where to draw the entity now; undefined: there is none. */
  position(id: string): Position | undefined
  /** Ends it. */
  stop(): void
}

/** A tick that is told for the first time is taken to be as long, until the next one tells better. */
const assumedTickMs = 100

/** Positions between the last ticks, for drawing more often than the world ticks. A written position is jumped to. */
export const interpolate = (
  sync: StateSync,
  { delayMs = 100, now = () => performance.now() }: InterpolateOptions = {},
): Interpolation => {
  const tracks = new Map<string, Track>()
  let offset: ClockOffset | null = null
  let last: { tick: number; time: number } | null = null
  let tickMs = assumedTickMs

  const tickTime = (batch: ChangeBatch): number => {
    const time = Date.parse(batch.timestamp!)
    offset = estimateOffset(offset, time, now())
    if (last !== null && batch.tick > last.tick && time > last.time)
      tickMs = (time - last.time) / (batch.tick - last.tick)
    last = { tick: batch.tick, time }
    return time
  }
  const take = (batch: ChangeBatch) => {
    for (const id of [...batch.removed, ...batch.created]) tracks.delete(id)
    if (batch.isReset) tracks.clear()
    const isTick = batch.ticks > 0 && batch.timestamp !== undefined
    const time = isTick ? tickTime(batch) : 0
    for (const id of batch.updated) {
      if (!isTick) tracks.delete(id)
      else extend(id, batch.before.get(id)!.position, time, batch.ticks * tickMs)
    }
  }
  // a track begins where the entity was before its first move
  const extend = (id: string, before: Position, time: number, sinceMs: number) => {
    const { position } = sync.entity(id)!
    if (position === before) return
    const track = tracks.get(id) ?? [{ time: time - sinceMs, position: before }]
    tracks.set(id, extendTrack(track, { time, position }, sinceMs))
  }
  return {
    position(id) {
      const track = tracks.get(id)
      if (track === undefined || offset === null) return sync.entity(id)?.position
      return positionAt(track, now() + offset.offsetMs - delayMs)
    },
    stop: sync.onChange(take),
  }
}
