import type { SyncEvent, SyncMachine } from './sync-machine.ts'
import { frameOf } from './test-machines.ts'

type Made = (machine: SyncMachine) => { event: SyncEvent; afterMs?: number }

const ofStream =
  (make: (id: number) => SyncEvent): Made =>
  (m) => ({ event: make(m.stream ?? 999) })
const ofRequest =
  (make: (id: number) => SyncEvent): Made =>
  (m) => ({ event: make(m.request ?? 999) })
const plain =
  (type: 'start' | 'close' | 'online' | 'offline' | 'visible' | 'hidden'): Made =>
  () => ({
    event: { type },
  })
const tick =
  (afterMs: number): Made =>
  () => ({ event: { type: 'tick' }, afterMs })
const frame = (from: [number, number], to: [number, number]) =>
  ofStream((id) => ({ type: 'frame', id, frame: frameOf(from, to) }))
const status = (code: number): Made => ofEither((id) => ({ type: 'failed', id, failure: http(code) }))
const ofEither =
  (make: (id: number) => SyncEvent): Made =>
  (m) => ({ event: make(m.request ?? m.stream ?? 999) })
const http = (code: number) => ({ kind: 'http', status: code, detail: 'said so' }) as const
const helloAt = (seq: number, atTick: number, timeline = 't') =>
  ofStream((id) => ({ type: 'hello', id, heartbeatMs: 15_000, timeline, cursor: { seq, tick: atTick } }))
const snapshots = (tickSeq: number, to: number, reason?: string) =>
  ofRequest((id) => {
    const { changes } = frameOf([0, 0], [0, 0])
    const held = [{ tick: 11, seq: tickSeq, timestamp: '2026-01-01T00:00:00Z', changes }]
    const gaps = reason === undefined ? [] : [{ from: 12, to: 12, reason }]
    return { type: 'snapshots', id, answer: { from: 11, to, latest: to, snapshots: held, gaps } }
  })

const digest = { tick: 10, seq: 5, region: '4:0:0:0', count: 0, hash: '00000000' }

/** Every event, and each way in which it matters what it says. */
export const events: Record<string, Made> = {
  start: plain('start'),
  close: plain('close'),
  online: plain('online'),
  offline: plain('offline'),
  visible: plain('visible'),
  hidden: plain('hidden'),
  refiltered: () => ({ event: { type: 'refiltered', isFiltered: true } }),
  'tick, soon': tick(1),
  'tick, after a retry': tick(1_000),
  'tick, after silence': tick(37_500),
  opened: ofStream((id) => ({ type: 'opened', id })),
  heard: ofEither((id) => ({ type: 'heard', id })),
  hello: helloAt(5, 10),
  'hello, ahead': helloAt(6, 12),
  'hello, behind': helloAt(5, 9),
  'hello of another history': helloAt(5, 10, 'u'),
  'frame that leads on': frame([5, 10], [6, 11]),
  'frame that is old': frame([4, 9], [5, 10]),
  'frame after a gap of ticks': frame([7, 12], [8, 13]),
  'frame after a gap of events': frame([6, 10], [7, 10]),
  'frame after too many ticks': frame([7, 1_011], [8, 1_012]),
  digest: ofStream((id) => ({ type: 'digest', id, digest })),
  far: ofStream((id) => ({ type: 'far', id, cells: [] })),
  resync: ofStream((id) => ({ type: 'resync', id, reason: 'expired' })),
  closing: ofStream((id) => ({ type: 'closing', id })),
  init: ofRequest((id) => ({
    ...{ type: 'init', id, cursor: { seq: 6, tick: 11 }, timeline: 't', lastTick: 12, entities: [] },
  })),
  'snapshots that lead on': snapshots(7, 12, 'empty'),
  'snapshots that lead on to a gap': snapshots(6, 11),
  'snapshots that are behind': snapshots(4, 12, 'empty'),
  'snapshots that miss one': snapshots(7, 12, 'missing'),
  'a failure of the network': ofEither((id) => ({
    type: 'failed',
    id,
    failure: { kind: 'network', detail: '' },
  })),
  'a failure to get a token': ofEither((id) => ({
    type: 'failed',
    id,
    failure: { kind: 'token', detail: '' },
  })),
  'status 401': status(401),
  'status 403': status(403),
  'status 404': status(404),
  'status 410': status(410),
  'status 422': status(422),
  'status 429': status(429),
  'status 503': status(503),
  diverged: () => ({ event: { type: 'diverged', by: 'digest', reason: 'it differs' } }),
  'an answer to what was given up': () => ({ event: { type: 'failed', id: 998, failure: http(500) } }),
}
