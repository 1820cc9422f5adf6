import type { Position } from './entity.ts'

/** Where a body was at a time, in milliseconds of the server's clock. */
export interface Sample {
  time: number
  position: Position
}

/** The last few, in order of time; never empty. */
export type Track = readonly Sample[]

/** Enough for a render time that is some ticks behind. */
const mostSamples = 8

/**
 * A track after one more tick.
 *
 * @param sinceMs how long the tick, or the ticks that were put together, took: a body that had rested began to move then,
 *   and not when it was last heard of
 */
export const extendTrack = (track: Track, { time, position }: Sample, sinceMs: number): Track => {
  const last = track.at(-1)!
  if (time <= last.time) return [...track.slice(0, -1), { time: last.time, position }]
  const began = time - sinceMs
  const rested = last.time < began ? [{ time: began, position: last.position }] : []
  return [...track, ...rested, { time, position }].slice(-mostSamples)
}

/** Where the body is at a time: on the line between the two samples about it; outside of all, at the nearest. */
export const positionAt = (track: Track, time: number): Position => {
  const after = track.findIndex((sample) => sample.time > time)
  if (after === -1) return track.at(-1)!.position
  if (after === 0) return track[0]!.position
  const [a, b] = [track[after - 1]!, track[after]!]
  const part = (time - a.time) / (b.time - a.time)
  const on = (axis: 0 | 1 | 2) => a.position[axis] + (b.position[axis] - a.position[axis]) * part
  return [on(0), on(1), on(2)]
}

/** How far the server's clock is ahead of ours, less the way: what came fastest tells it best. */
export interface ClockOffset {
  offsetMs: number
}

/** Forgets what came fast once by a thousandth of the difference a frame, since clocks drift. */
export const estimateOffset = (before: ClockOffset | null, serverMs: number, nowMs: number): ClockOffset => {
  const offsetMs = serverMs - nowMs
  if (before === null || offsetMs >= before.offsetMs) return { offsetMs }
  // another clock, or ours was set
  if (before.offsetMs - offsetMs > 10_000) return { offsetMs }
  return { offsetMs: before.offsetMs + (offsetMs - before.offsetMs) / 1000 }
}
