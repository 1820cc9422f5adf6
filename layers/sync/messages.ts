import {
  type Cast,
  type FullCast,
  fullFacts,
  type GroupOf,
  type LimitedCast,
  limitedFacts,
  movedBodies,
} from './casts.ts'
import { type Cursor, formatCursor } from './cursor.ts'
import type { FarCell } from './far.ts'
import type { Frame } from './frame.ts'
import type { Digest, LiveTick } from './live-ticks.ts'
import type { Numbers } from './numbers.ts'
import type { StreamEncoder } from './stream-encoder.ts'

export type ResyncReason = 'expired' | 'slow' | 'behind' | 'filter'

/** What a stream says, as docs/sync-protocol.md has it. */
export type Message =
  | { type: 'hello'; cursor: string; world: string; cast: Cast; heartbeatSeconds: number }
  | {
      type: 'snapshot'
      from: string
      cursor: string
      tick: number
      seq: number
      timestamp: string
      ticks: number
      changes: LimitedCast | FullCast
      entered?: string[]
      left?: string[]
    }
  | ({ type: 'digest'; tick: number; seq: number } & Digest)
  | { type: 'far'; tick: number; cells: FarCell[] }
  | { type: 'heartbeat'; from: string; cursor: string }
  | { type: 'resync'; reason: ResyncReason }
  | { type: 'closing'; cursor: string }

/** What the casts of a world need to know of it. */
export interface Telling {
  groupOf: GroupOf
  classOf(id: string): string | undefined
  numbers: Numbers
}

/** A frame's message without its moves, and these. */
export const snapshotParts = (
  frame: Frame & { entered?: string[]; left?: string[] },
  cast: Cast,
  { groupOf, classOf }: Telling,
) => {
  const { from, to, timestamp, ticks, entered = [], left = [] } = frame
  const message = {
    type: 'snapshot' as const,
    ...{ from: formatCursor(from), cursor: formatCursor(to), tick: to.tick, seq: to.seq, timestamp, ticks },
    ...(entered.length > 0 && { entered }),
    ...(left.length > 0 && { left }),
  }
  const changes = cast === 'full' ? fullFacts(frame, groupOf, classOf) : limitedFacts(frame)
  return { message, changes, moved: movedBodies(frame, cast) }
}

const snapshotMessage = (frame: Frame, cast: Cast, telling: Telling): Message => {
  const { message, changes, moved } = snapshotParts(frame, cast, telling)
  if (moved.length > 0) changes.entityMoved = moved.map(([id, position]) => ({ id, position }))
  return { ...message, changes }
}

export const digestMessages = ({ tick, seq }: LiveTick, digests: readonly Digest[]): Message[] =>
  digests.map((digest) => ({ type: 'digest', tick, seq, ...digest }))

/** A server-sent event, whose id is where the client is after it: https://html.spec.whatwg.org/multipage/server-sent-events.html */
const eventText = (message: Message, cursor: Cursor): string =>
  `id: ${formatCursor(cursor)}\ndata: ${JSON.stringify(message)}\n\n`

const texts = new WeakMap<Frame, Partial<Record<Cast, string>>>()

/** The frame's event; of one that many streams are told it is made once. */
const frameText = (frame: Frame, cast: Cast, telling: Telling): string => {
  let made = texts.get(frame)
  if (made === undefined) texts.set(frame, (made = {}))
  return (made[cast] ??= eventText(snapshotMessage(frame, cast, telling), frame.to))
}

/** Server-sent events. */
export const textEncoder = (telling: Telling): StreamEncoder => ({
  message: eventText,
  frame: (frame, cast) => frameText(frame, cast, telling),
})
