import { type Cast, type Changes, list, readChanges, record } from './changes.ts'
import { type Cursor, covers } from './cursor.ts'
import type { Frame } from './messages.ts'
import { ProtocolFault } from './protocol-fault.ts'

/** A tick, or several that were stored as the last of them. */
export interface TickSnapshot {
  tick: number
  seq: number
  timestamp: string
  changes: Changes
}

/** The answer of GET /world/snapshots. */
export interface TickSnapshots {
  from: number
  to: number
  /** The last tick that the world has made. */
  latest: number
  snapshots: readonly TickSnapshot[]
  gaps: readonly { from: number; to: number; reason: string }[]
}

/** @throws ProtocolFault */
export const readTickSnapshots = (data: unknown, cast: Cast): TickSnapshots => {
  const wire = record(data, 'tick snapshots') as unknown as TickSnapshots
  for (const field of ['from', 'to', 'latest'] as const)
    if (!Number.isSafeInteger(wire[field])) throw new ProtocolFault(`tick snapshots lack ${field}`)
  return {
    ...{ from: wire.from, to: wire.to, latest: wire.latest },
    gaps: list(wire.gaps) as TickSnapshots['gaps'],
    snapshots: list(wire.snapshots).map((item) => {
      const { tick, seq, timestamp, limitedCast, fullCast } = item as TickSnapshot & Record<string, unknown>
      return { tick, seq, timestamp, changes: readChanges(cast === 'full' ? fullCast : limitedCast) }
    }),
  }
}

/**
 * What leads on from `cursor`: frames to be applied at once, as one. `behind`: a client that has written changes which
 * these ticks had not taken up yet would be led back. `missing`: they do not lead on.
 */
export const framesOf = (
  cursor: Cursor,
  { from, to, latest, snapshots, gaps }: TickSnapshots,
): { cursor: Cursor; frames: Frame[] } | 'behind' | 'missing' => {
  if (from > cursor.tick + 1 || latest < cursor.tick) return 'missing'
  const end = endOf(Math.min(to, latest), gaps)
  const isWanted = (gap: { from: number; to: number }) => gap.to > cursor.tick && gap.from <= end
  if (gaps.some((gap) => gap.reason === 'missing' && isWanted(gap))) return 'missing'
  const wanted = snapshots.filter(({ tick }) => tick > cursor.tick && tick <= end)
  const seq = wanted.at(-1)?.seq ?? cursor.seq
  const reached = { seq, tick: Math.max(end, cursor.tick) }
  if (!covers(reached, cursor)) return 'behind'
  let at = cursor
  const frames = wanted.map(({ changes, ...snapshot }): Frame => {
    const start = at
    at = { seq: snapshot.seq, tick: snapshot.tick }
    const ticks = at.tick - start.tick
    return { from: start, cursor: at, tick: at.tick, ticks, timestamp: snapshot.timestamp, changes }
  })
  return { cursor: reached, frames }
}

/** Ticks that were put together with later ones than were asked for are told with those. */
const endOf = (end: number, gaps: TickSnapshots['gaps']): number => {
  const last = gaps.find((gap) => gap.reason === 'coalesced' && gap.from <= end && gap.to >= end)
  return last === undefined ? end : last.from - 1
}
