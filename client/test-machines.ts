import type { Frame } from './messages.ts'
import { initialMachine, type SyncEvent, type SyncMachine, step } from './sync-machine.ts'

export const start = 1_000_000

/** @param at milliseconds after the start */
export const frameOf = (from: [number, number], to: [number, number]): Frame => ({
  ...{ from: { seq: from[0], tick: from[1] }, cursor: { seq: to[0], tick: to[1] } },
  ...{ tick: to[1], ticks: to[1] - from[1], timestamp: new Date(to[1] * 100).toISOString() },
  changes: { removed: [`x${to[0]}`], created: [], updated: [], moved: [], entered: [], left: [] },
})

/** The machine after these events, a millisecond apart; an event may need what the machine has. */
export const after = (
  machine: SyncMachine,
  ...events: (SyncEvent | ((machine: SyncMachine) => SyncEvent))[]
): SyncMachine =>
  events.reduce((before, event) => {
    const input = { now: before.now + 1, random: 0.5 }
    return step(before, typeof event === 'function' ? event(before) : event, input).machine
  }, machine)

const fullState = (machine: SyncMachine): SyncEvent => ({
  ...{ type: 'init', id: machine.request!, cursor: { seq: 5, tick: 10 }, timeline: 't', lastTick: 10 },
  entities: [],
})

const hello = (machine: SyncMachine): SyncEvent => ({
  ...{ type: 'hello', id: machine.stream!, heartbeatMs: 15_000, timeline: 't', cursor: { seq: 5, tick: 10 } },
})

const network = { kind: 'network', detail: 'reset' } as const

export const failed = (machine: SyncMachine): SyncEvent => ({
  ...{ type: 'failed', id: (machine.stream ?? machine.request)!, failure: network },
})

const settings = { hasToken: true, hiddenCloseMs: 60_000 }

const fresh = initialMachine(settings, start)
const initialising = after(fresh, { type: 'start' })
const connecting = after(initialising, fullState)
const live = after(connecting, (m) => ({ type: 'opened', id: m.stream! }), hello)

/** One machine for each state, and for each way in which it matters how it is in that state; cursor 5.10 where there is one. */
export const situations = {
  closed: fresh,
  'closed with a state': after(live, { type: 'close' }),
  'closed by an error': after(initialising, (m) => ({
    ...{ type: 'failed', id: m.request!, failure: { kind: 'http', status: 403, detail: 'no' } },
  })),
  initialising,
  'initialising, waits': after(initialising, failed),
  connecting,
  'connecting, waits': after(connecting, failed),
  live,
  'catching up': after(live, (m) => ({ type: 'frame', id: m.stream!, frame: frameOf([7, 12], [7, 13]) })),
  resyncing: after(live, (m) => ({ type: 'resync', id: m.stream!, reason: 'slow' })),
  'resyncing, waits': after(live, (m) => ({ type: 'resync', id: m.stream!, reason: 'slow' }), failed),
  'offline without a state': after(initialising, { type: 'offline' }),
  offline: after(live, { type: 'offline' }),
  'offline, unseen': after({ ...after(live, { type: 'hidden' }), now: start + 70_000 }, { type: 'tick' }),
} satisfies Record<string, SyncMachine>
