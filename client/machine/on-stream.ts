import { noChanges } from '../changes.ts'
import { covers } from '../cursor.ts'
import { emptyFrame, type Frame } from '../messages.ts'
import type { SyncEvent } from '../sync-machine.ts'
import { again, type Draft, isYoung, resync } from './draft.ts'

/** As many ticks as one request for tick snapshots may ask for. */
const snapshotTicks = 1000
const longestHeartbeatMs = 120_000
/** Frames beyond these are told again by a new stream. */
const mostWaiting = 1000

type StreamEvent = Extract<
  SyncEvent,
  { type: 'opened' | 'hello' | 'frame' | 'digest' | 'far' | 'resync' | 'closing' }
>

type Hello = Extract<StreamEvent, { type: 'hello' }>

export const onStream = (draft: Draft, event: StreamEvent): void => {
  const { machine, effects } = draft
  if (event.id !== machine.stream) return
  machine.streamHeardAt = machine.now
  switch (event.type) {
    case 'opened':
      machine.isTokenFresh = false
      return
    case 'hello':
      return onHello(draft, event)
    case 'frame':
      return onFrame(draft, event.frame)
    case 'digest': {
      const { tick } = event.digest
      const isComparable = machine.state === 'live' && tick === machine.cursor!.tick
      const isProof = tick > machine.provenAfter && (machine.isDated || !isYoung(machine))
      if (isComparable && isProof) effects.push({ type: 'check', digest: event.digest })
      return
    }
    case 'far':
      effects.push({ type: 'far', cells: event.cells })
      return
    case 'resync':
      return resync(draft, `the server cannot lead on: ${event.reason}`)
    case 'closing':
      return again(draft, 'the server ended the stream')
  }
}

const onHello = (draft: Draft, { cursor, heartbeatMs, timeline }: Hello): void => {
  const { machine } = draft
  if (machine.state !== 'connecting') return
  machine.heartbeatMs = Math.min(Math.max(heartbeatMs, 1000), longestHeartbeatMs)
  // it has lost what was told before, and has told, or would tell, something else in its place
  const isOther = timeline !== null && machine.timeline !== null && timeline !== machine.timeline
  if (isOther) return resync(draft, 'the server has another history')
  if (!covers(cursor, machine.cursor!)) return resync(draft, 'the server is behind')
  onFrame(draft, emptyFrame(cursor, cursor))
}

const onFrame = (draft: Draft, frame: Frame): void => {
  const { machine } = draft
  const wasWaiting = machine.waiting.length > 0
  if (machine.waiting.length >= mostWaiting) return again(draft, 'too much waits for a gap to be closed')
  machine.waiting = [...machine.waiting, frame].sort(byBeginning)
  if (takeWaiting(draft)) return becomeLive(draft)
  if (!wasWaiting) onGap(draft)
}

const byBeginning = ({ from: a }: Frame, { from: b }: Frame) => a.seq - b.seq || a.tick - b.tick

export const becomeLive = ({ machine, effects }: Draft): void => {
  if (machine.request !== null) effects.push({ type: 'cancel-request', id: machine.request })
  Object.assign(machine, { state: 'live', request: null })
  machine.liveSince ??= machine.now
}

/** Applies what leads on and drops what is old; answers whether nothing is left. */
export const takeWaiting = (draft: Draft): boolean => {
  const { machine } = draft
  const frames: Frame[] = []
  let at = machine.cursor!
  let left = machine.waiting
  for (let before = -1; before !== left.length; ) {
    before = left.length
    left = left.filter((frame) => {
      if (covers(at, frame.cursor)) return false
      if (!covers(at, frame.from) || !covers(frame.cursor, at)) return true
      if (frame.changes !== noChanges) frames.push(frame)
      at = frame.cursor
      return false
    })
  }
  applyFrames(draft, frames)
  // a stream that leads on is a sound one
  if (at !== machine.cursor) machine.gapRemedy = 0
  Object.assign(machine, { waiting: left, cursor: at })
  return left.length === 0
}

/** To the state at the machine's cursor. */
export const applyFrames = ({ machine, effects }: Draft, frames: readonly Frame[]): void => {
  if (frames.length > 0) effects.push({ type: 'apply', frames, seq: machine.cursor!.seq })
}

/** Something is missing: tick snapshots close it, or else a new stream from here, or else a full state. */
export const onGap = (draft: Draft): void => {
  const { machine, effects } = draft
  const at = machine.cursor!
  const missingTicks = Math.max(...machine.waiting.map(({ from }) => from.tick)) - at.tick
  if (missingTicks >= snapshotTicks) return resync(draft, 'too many ticks are missing')
  if (machine.gapRemedy === 0 && missingTicks > 0 && !machine.isFiltered) {
    const id = machine.nextId++
    Object.assign(machine, { state: 'catching-up', gapRemedy: 1, request: id, requestHeardAt: machine.now })
    effects.push({ type: 'fetch-snapshots', id, from: at.tick + 1, to: at.tick + snapshotTicks })
  } else if (machine.gapRemedy <= 1) {
    machine.gapRemedy = 2
    again(draft, 'events are missing')
  } else resync(draft, 'events are still missing')
}
