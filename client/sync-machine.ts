import type { Cursor } from './cursor.ts'
import type { SyncEntity } from './entity.ts'
import type { Failure, SyncError } from './failure.ts'
import type { FullState } from './full-state.ts'
import { type Draft, settle } from './machine/draft.ts'
import * as environment from './machine/on-environment.ts'
import * as request from './machine/on-request.ts'
import * as stream from './machine/on-stream.ts'
import type { Digest, FarCell, Frame } from './messages.ts'
import type { TickSnapshots } from './tick-snapshots.ts'

/**
 * - `initialising`: there is no state yet; it is asked for
 * - `connecting`: there is a state, and the stream that leads on from it is being opened, now or after a while
 * - `live`: the state follows the server's
 * - `catching-up`: something was lost on the way; tick snapshots are asked for, and the stream waits
 * - `resyncing`: the state that is shown cannot be led on; a new one is asked for
 * - `offline`: the machine has no network, or nobody has looked for long; nothing is asked for
 * - `closed`: not started, ended, or ended by an error that says what to do
 */
export type SyncState =
  | 'connecting'
  | 'initialising'
  | 'live'
  | 'catching-up'
  | 'resyncing'
  | 'offline'
  | 'closed'

/** Streams and requests have ids; what is told of one that was given up is ignored. */
export type SyncEvent =
  | { type: 'start' }
  | { type: 'close' }
  | { type: 'opened'; id: number }
  | { type: 'hello'; id: number; cursor: Cursor; heartbeatMs: number; timeline: string | null }
  | { type: 'frame'; id: number; frame: Frame }
  | { type: 'digest'; id: number; digest: Digest }
  | { type: 'far'; id: number; cells: readonly FarCell[] }
  | { type: 'resync'; id: number; reason: string }
  | { type: 'closing'; id: number }
  /** Bytes came, of a stream or of an answer. */
  | { type: 'heard'; id: number }
  | ({ type: 'init'; id: number } & FullState)
  | { type: 'snapshots'; id: number; answer: TickSnapshots }
  /** A stream, which has ended, or a request. */
  | { type: 'failed'; id: number; failure: Failure }
  /** The state is not the server's. */
  | { type: 'diverged'; by: 'digest' | 'unknown entity'; reason: string }
  /** Another filter: the state that was led up to here is of no use. */
  | { type: 'refiltered'; isFiltered: boolean }
  | { type: 'online' }
  | { type: 'offline' }
  | { type: 'visible' }
  | { type: 'hidden' }
  /** The time that `wake` asked for has come; sooner or later does no harm. */
  | { type: 'tick' }

/** What the machine wants done, in this order. */
export type SyncEffect =
  | { type: 'open-stream'; id: number; cursor: Cursor }
  | { type: 'close-stream'; id: number }
  | { type: 'fetch-init'; id: number }
  | { type: 'fetch-snapshots'; id: number; from: number; to: number }
  | { type: 'cancel-request'; id: number }
  /** The token that was sent is of no use: the next request needs a new one. */
  | { type: 'refresh-token' }
  | { type: 'replace'; cursor: Cursor; entities: readonly SyncEntity[] }
  /** All at once, to a state that has the events up to `seq`: frames of tick snapshots may begin before it. */
  | { type: 'apply'; frames: readonly Frame[]; seq: number }
  | { type: 'check'; digest: Digest }
  | { type: 'far'; cells: readonly FarCell[] }
  /** One `tick` at that time, in place of an earlier wish; null: none. */
  | { type: 'wake'; at: number | null }
  | { type: 'status'; state: SyncState; error: SyncError | null; reason: string | null }

export interface SyncMachine {
  state: SyncState
  error: SyncError | null
  /** Why it last connected anew or began again; for people. */
  reason: string | null
  /** Where the state is; null: there is none that could be led on. */
  cursor: Cursor | null
  /** Whether there ever was a state. */
  isLoaded: boolean
  /** Which history the state is of; null: not known. */
  timeline: string | null
  /** Digests of ticks up to this one prove nothing: the full state had some positions of later ones. */
  provenAfter: number
  /** Whether the server said how new positions of the full state may be. */
  isDated: boolean
  /** When the full state came: its entities may have been a little newer than its cursor. */
  loadedAt: number
  stream: number | null
  request: number | null
  nextId: number
  /** When bytes last came, or were asked for. */
  streamHeardAt: number
  requestHeardAt: number
  heartbeatMs: number
  /** Failures since it was last live for a while. */
  attempt: number
  retryAt: number | null
  liveSince: number | null
  /** What was tried against a gap: 0 nothing, 1 tick snapshots, 2 the stream anew. */
  gapRemedy: 0 | 1 | 2
  /** Frames that wait for a gap to be closed, in the order of their beginnings. */
  waiting: readonly Frame[]
  /** A new token was asked for, and nothing has succeeded since. */
  isTokenFresh: boolean
  isOnline: boolean
  /** Tick snapshots, which do not tell all of what comes into a filter, are of no use. */
  isFiltered: boolean
  hiddenSince: number | null
  wakeAt: number | null
  /** Of the last event. */
  now: number
  settings: MachineSettings
}

export interface MachineSettings {
  /** Whether a new token can be had. */
  hasToken: boolean
  /** How long nobody has to look before the stream is closed; Infinity: it stays. */
  hiddenCloseMs: number
}

export const initialMachine = (settings: MachineSettings, now: number): SyncMachine => ({
  ...{ state: 'closed', error: null, reason: null, cursor: null, isLoaded: false },
  ...{ timeline: null, provenAfter: 0, isDated: true, loadedAt: now },
  ...{ stream: null, request: null, nextId: 1, streamHeardAt: now, requestHeardAt: now, heartbeatMs: 15_000 },
  ...{ attempt: 0, retryAt: null, liveSince: null, gapRemedy: 0, waiting: [], isTokenFresh: false },
  ...{ isOnline: true, isFiltered: false, hiddenSince: null, wakeAt: null, now, settings },
})

/**
 * The machine after an event, and what it wants done. Pure.
 *
 * @param input `now` in milliseconds of any clock, which may jump; `random` of [0, 1)
 */
export const step = (
  machine: SyncMachine,
  event: SyncEvent,
  input: { now: number; random: number },
): { machine: SyncMachine; effects: SyncEffect[] } => {
  const draft: Draft = { machine: atTime(machine, input.now), effects: [], random: input.random }
  handle(draft, event)
  settle(draft, machine)
  return { machine: draft.machine, effects: draft.effects }
}

/** A clock that was set back takes all times that were noted with it. */
const atTime = (machine: SyncMachine, now: number): SyncMachine => {
  const back = Math.min(0, now - machine.now)
  const moved = (time: number | null) => (time === null ? null : time + back)
  return {
    ...machine,
    now,
    streamHeardAt: machine.streamHeardAt + back,
    requestHeardAt: machine.requestHeardAt + back,
    loadedAt: machine.loadedAt + back,
    retryAt: moved(machine.retryAt),
    liveSince: moved(machine.liveSince),
    hiddenSince: moved(machine.hiddenSince),
    wakeAt: moved(machine.wakeAt),
  }
}

const handle = (draft: Draft, event: SyncEvent): void => {
  switch (event.type) {
    case 'start':
      return environment.onStart(draft)
    case 'close':
      return environment.onClose(draft)
    case 'online':
      return environment.onOnline(draft)
    case 'offline':
      return environment.onOffline(draft)
    case 'visible':
      return environment.onVisible(draft)
    case 'hidden':
      return environment.onHidden(draft)
    case 'tick':
      return environment.onTick(draft)
    case 'diverged':
      return environment.onDiverged(draft, event)
    case 'refiltered':
      return environment.onRefiltered(draft, event.isFiltered)
    case 'heard':
      return environment.onHeard(draft, event.id)
    case 'failed':
      return request.onFailed(draft, event.id, event.failure)
    case 'init':
      return request.onInit(draft, event)
    case 'snapshots':
      return request.onSnapshots(draft, event.id, event.answer)
    default:
      return stream.onStream(draft, event)
  }
}
