import type { SyncEvent } from '../sync-machine.ts'
import { type Draft, halt, isActive, isAsleep, isSilent, isYoung, proceed, resync, retry } from './draft.ts'

export const onStart = (draft: Draft): void => {
  const { machine } = draft
  if (machine.state !== 'closed') return
  Object.assign(machine, { error: null, isTokenFresh: false, gapRemedy: 0 })
  machine.state = 'offline'
  resume(draft)
}

export const onClose = (draft: Draft): void => {
  halt(draft)
  Object.assign(draft.machine, { state: 'closed', error: null })
}

export const onOnline = (draft: Draft): void => {
  draft.machine.isOnline = true
  resume(draft)
}

export const onOffline = (draft: Draft): void => {
  draft.machine.isOnline = false
  if (isActive(draft.machine)) rest(draft)
}

export const onVisible = (draft: Draft): void => {
  const { machine } = draft
  machine.hiddenSince = null
  // somebody looks again, and should not wait for what was put off
  const isWaiting = machine.retryAt !== null || (isActive(machine) && isSilent(machine))
  if (isWaiting) machine.state = 'offline'
  resume(draft)
}

export const onHidden = ({ machine }: Draft): void => {
  machine.hiddenSince ??= machine.now
}

const resume = (draft: Draft): void => {
  const { machine } = draft
  if (machine.state !== 'offline' || !machine.isOnline || isAsleep(machine)) return
  machine.attempt = 0
  proceed(draft)
}

const rest = (draft: Draft): void => {
  halt(draft)
  draft.machine.state = 'offline'
}

export const onTick = (draft: Draft): void => {
  const { machine } = draft
  // whatever the clock says, the timer that was asked for is used up
  machine.wakeAt = null
  if (!isActive(machine)) return
  if (isAsleep(machine)) return rest(draft)
  if (machine.retryAt !== null && machine.now >= machine.retryAt) return proceed(draft)
  if (isSilent(machine)) retry(draft, 'nothing was heard for more than two heartbeats')
}

export const onHeard = ({ machine }: Draft, id: number): void => {
  if (id === machine.stream) machine.streamHeardAt = machine.now
  if (id === machine.request) machine.requestHeardAt = machine.now
}

type Diverged = Extract<SyncEvent, { type: 'diverged' }>

export const onDiverged = (draft: Draft, { by, reason }: Diverged): void => {
  const { machine } = draft
  if (machine.cursor === null || (by === 'unknown entity' && isYoung(machine))) return
  if (isActive(machine)) return resync(draft, reason)
  Object.assign(machine, { cursor: null, reason })
}

export const onRefiltered = (draft: Draft, isFiltered: boolean): void => {
  const { machine } = draft
  Object.assign(machine, { cursor: null, gapRemedy: 0, isFiltered })
  if (!isActive(machine)) return
  machine.reason = 'the filter has changed'
  proceed(draft)
}
