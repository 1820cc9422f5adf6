import { errorOf, type Failure, mayPass } from '../failure.ts'
import type { SyncEvent } from '../sync-machine.ts'
import { framesOf, type TickSnapshots } from '../tick-snapshots.ts'
import { type Draft, fail, proceed, resync, retry } from './draft.ts'
import { applyFrames, becomeLive, onGap, takeWaiting } from './on-stream.ts'

export const onInit = (draft: Draft, event: SyncEvent & { type: 'init' }): void => {
  const { machine, effects } = draft
  if (event.id !== machine.request || machine.cursor !== null) return
  const { cursor, entities, lastTick, timeline } = event
  const provenAfter = Math.max(lastTick ?? 0, cursor.tick)
  // where the server does not say how new positions may be, a while is waited
  const loadedAt = machine.now
  Object.assign(machine, { cursor, isLoaded: true, provenAfter, isDated: lastTick !== null, loadedAt })
  Object.assign(machine, { timeline, request: null, isTokenFresh: false })
  effects.push({ type: 'replace', cursor, entities })
  proceed(draft)
}

export const onSnapshots = (draft: Draft, id: number, answer: TickSnapshots): void => {
  const { machine } = draft
  if (id !== machine.request || machine.state !== 'catching-up') return
  machine.request = null
  const led = framesOf(machine.cursor!, answer)
  if (led === 'missing') return resync(draft, 'ticks are missing')
  if (led === 'behind') return onGap(draft)
  applyFrames(draft, led.frames)
  machine.cursor = led.cursor
  if (takeWaiting(draft)) becomeLive(draft)
  else onGap(draft)
}

export const onFailed = (draft: Draft, id: number, failure: Failure): void => {
  const { machine } = draft
  if (id === machine.stream) machine.stream = null
  else if (id === machine.request) machine.request = null
  else return
  if (failure.status === 401) return onUnauthorised(draft, failure)
  if (failure.status === 410) return resync(draft, 'what has happened since is no longer held')
  // whether that holds for the world or for these ticks alone, the full state tells
  if (machine.state === 'catching-up' && !mayPass(failure)) return resync(draft, failure.detail)
  if (mayPass(failure)) return retry(draft, failure.detail, failure.retryAfterMs)
  fail(draft, errorOf(failure, machine.settings.hasToken))
}

/** A token expires; that one which was asked for because of it is refused too is a fault of the set-up. */
const onUnauthorised = (draft: Draft, failure: Failure): void => {
  const { machine, effects } = draft
  const { hasToken } = machine.settings
  if (!hasToken || machine.isTokenFresh) return fail(draft, errorOf(failure, hasToken))
  machine.isTokenFresh = true
  effects.push({ type: 'refresh-token' })
  proceed(draft)
}
