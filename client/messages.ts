import { type Changes, list, noChanges, readChanges, record, type Wire } from './changes.ts'
import { type Cursor, parseCursor } from './cursor.ts'
import { ProtocolFault } from './protocol-fault.ts'

/** What leads from one cursor to a later one. */
export interface Frame {
  from: Cursor
  cursor: Cursor
  tick: number
  /** How many ticks were put together in it; 0: written changes alone. */
  ticks: number
  /** ISO 8601, of the tick; absent in a frame without changes. */
  timestamp?: string
  changes: Changes
}

/** What a region holds after a tick. */
export interface Digest {
  tick: number
  seq: number
  /** `e:x:y:z` */
  region: string
  count: number
  /** 8 hexadecimal digits. */
  hash: string
}

/** An octree cell outside of the filter. */
export interface FarCell {
  readonly [key: string]: unknown
}

/** One event of the stream, read. A heartbeat is a frame in which nothing changed. */
export type StreamMessage =
  | { type: 'hello'; cursor: Cursor; heartbeatMs: number; timeline: string | null }
  | { type: 'frame'; frame: Frame }
  | { type: 'digest'; digest: Digest }
  | { type: 'far'; cells: readonly FarCell[] }
  | { type: 'resync'; reason: string }
  | { type: 'closing' }

/**
 * Reads one event of the stream; null: of a type that this client does not know, and may ignore.
 *
 * @throws ProtocolFault
 */
export const readMessage = (data: unknown): StreamMessage | null => {
  const wire = record(data, 'a message')
  switch (wire.type) {
    case 'hello': {
      const heartbeatMs = (finite(wire.heartbeatSeconds) ?? 15) * 1000
      const timeline = readTimeline(wire)
      return { type: 'hello', cursor: parseCursor(wire.cursor), heartbeatMs, timeline }
    }
    case 'snapshot':
      return { type: 'frame', frame: readFrame(wire) }
    case 'heartbeat':
      return { type: 'frame', frame: quietFrame(wire) }
    case 'digest':
      return { type: 'digest', digest: wire as unknown as Digest }
    case 'far':
      return { type: 'far', cells: list(wire.cells) as FarCell[] }
    case 'resync':
      return { type: 'resync', reason: String(wire.reason) }
    case 'closing':
      return { type: 'closing' }
    default:
      return null
  }
}

const readFrame = (wire: Wire): Frame => {
  const cursor = parseCursor(wire.cursor)
  const ticks = finite(wire.ticks)
  if (ticks === undefined) throw new ProtocolFault('a snapshot lacks ticks')
  return {
    ...{ from: parseCursor(wire.from), cursor, tick: finite(wire.tick) ?? cursor.tick, ticks },
    ...(typeof wire.timestamp === 'string' && { timestamp: wire.timestamp }),
    changes: readChanges(wire.changes, wire),
  }
}

/** Without `from` nothing can have been lost before it. */
const quietFrame = ({ from, cursor: to }: Wire): Frame => {
  const cursor = parseCursor(to)
  return emptyFrame(from === undefined ? { seq: 0, tick: 0 } : parseCursor(from), cursor)
}

export const emptyFrame = (from: Cursor, cursor: Cursor): Frame => ({
  ...{ from, cursor, tick: cursor.tick, ticks: 0, changes: noChanges },
})

/** Which history cursors are of; null: the server does not say. */
export const readTimeline = ({ timeline }: Wire): string | null =>
  typeof timeline === 'string' ? timeline : null

const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined
