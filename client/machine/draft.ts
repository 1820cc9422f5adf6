import type { SyncError } from '../failure.ts'
import type { SyncEffect, SyncMachine, SyncState } from '../sync-machine.ts'

/** A machine while one event changes it. */
export interface Draft {
  machine: SyncMachine
  effects: SyncEffect[]
  random: number
}

const firstDelayMs = 250
const longestDelayMs = 30_000
/** Who was live for so long begins anew to count failures. */
const stableMs = 5_000
/** Nothing at all came for so many heartbeats: the connection is dead, whatever the platform thinks. */
const silentHeartbeats = 2.5

/** Gives up the stream and the request, and with them whatever is told of them later. */
export const halt = ({ machine, effects }: Draft): void => {
  if (machine.stream !== null) effects.push({ type: 'close-stream', id: machine.stream })
  if (machine.request !== null) effects.push({ type: 'cancel-request', id: machine.request })
  Object.assign(machine, { stream: null, request: null, retryAt: null, liveSince: null, waiting: [] })
}

/** So long after a full state it may be ahead of the stream, which then tells of what it no longer has. */
const youthMs = 10_000

export const isYoung = ({ now, loadedAt }: SyncMachine): boolean => now - loadedAt < youthMs

export const isActive = ({ state }: SyncMachine): boolean => state !== 'closed' && state !== 'offline'

/** Whether nobody has looked for so long that nothing needs to be asked for. */
export const isAsleep = ({ hiddenSince, now, settings }: SyncMachine): boolean =>
  hiddenSince !== null && now - hiddenSince >= settings.hiddenCloseMs

/** Asks at once for what is wanted: the stream, or a full state where there is none to lead on. */
export const proceed = (draft: Draft): void => {
  const { machine, effects } = draft
  halt(draft)
  const id = machine.nextId++
  machine.state = goal(machine)
  if (machine.cursor === null) {
    Object.assign(machine, { request: id, requestHeardAt: machine.now })
    effects.push({ type: 'fetch-init', id })
  } else {
    Object.assign(machine, { stream: id, streamHeardAt: machine.now })
    effects.push({ type: 'open-stream', id, cursor: machine.cursor })
  }
}

const goal = ({ cursor, isLoaded }: SyncMachine): SyncState =>
  cursor !== null ? 'connecting' : isLoaded ? 'resyncing' : 'initialising'

/** Asks for what is wanted after a while: a random part of a time that doubles with each failure. */
export const retry = (draft: Draft, reason: string, atLeastMs = 0): void => {
  const { machine } = draft
  countStability(machine)
  halt(draft)
  const delayMs = draft.random * Math.min(longestDelayMs, firstDelayMs * 2 ** machine.attempt)
  const retryAt = machine.now + Math.max(delayMs, atLeastMs)
  Object.assign(machine, { state: goal(machine), reason, retryAt, attempt: machine.attempt + 1 })
}

/** Asks for what is wanted at once, unless this has been needed a moment ago. */
export const again = (draft: Draft, reason: string): void => {
  const { machine } = draft
  countStability(machine)
  if (machine.attempt > 0) return retry(draft, reason)
  Object.assign(machine, { reason, attempt: 1 })
  proceed(draft)
}

/** Begins with a full state: what there is cannot be led on. */
export const resync = (draft: Draft, reason: string): void => {
  Object.assign(draft.machine, { cursor: null, gapRemedy: 0 })
  again(draft, reason)
}

const countStability = (machine: SyncMachine): void => {
  const { liveSince, now } = machine
  if (liveSince !== null && now - liveSince >= stableMs) machine.attempt = 0
}

export const fail = (draft: Draft, error: SyncError): void => {
  halt(draft)
  Object.assign(draft.machine, { state: 'closed', error })
}

/** Says when to wake it next, and what others may see of it. */
export const settle = ({ machine, effects }: Draft, before: SyncMachine): void => {
  const deadline = nextDeadline(machine)
  // a deadline that has moved on is looked at again when the time of the old one comes
  const isKept = machine.wakeAt !== null && deadline !== null && machine.wakeAt <= deadline
  if (!isKept && machine.wakeAt !== deadline) {
    machine.wakeAt = deadline
    effects.push({ type: 'wake', at: deadline })
  }
  const { state, error, reason } = machine
  if (state !== before.state || error !== before.error || reason !== before.reason)
    effects.push({ type: 'status', state, error, reason })
}

const nextDeadline = (machine: SyncMachine): number | null => {
  if (!isActive(machine)) return null
  const { retryAt, hiddenSince, settings, stream, request } = machine
  const times = [
    ...(retryAt === null ? [] : [retryAt]),
    ...(hiddenSince === null ? [] : [hiddenSince + settings.hiddenCloseMs]),
    ...(stream === null ? [] : [machine.streamHeardAt + silenceMs(machine)]),
    ...(request === null ? [] : [machine.requestHeardAt + silenceMs(machine)]),
  ].filter(Number.isFinite)
  return times.length === 0 ? null : Math.min(...times)
}

const silenceMs = ({ heartbeatMs }: SyncMachine): number => silentHeartbeats * heartbeatMs

export const isSilent = (machine: SyncMachine): boolean =>
  (machine.stream !== null && machine.now - machine.streamHeardAt >= silenceMs(machine)) ||
  (machine.request !== null && machine.now - machine.requestHeardAt >= silenceMs(machine))
