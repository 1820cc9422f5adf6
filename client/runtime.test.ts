import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StreamListener, Transport } from './runtime.ts'
import { createSyncOn } from './state-sync.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const cursor = { seq: 5, tick: 10 }

it('finds out within seconds that it slept, though timers do not count that time', () => {
  const streams: StreamListener[] = []
  const transport: Transport = {
    openStream: (_, listener) => {
      streams.push(listener)
      return () => {}
    },
    fetchInit: ({ done }) => {
      done({ cursor, timeline: null, lastTick: 10, entities: [] })
      return () => {}
    },
    fetchSnapshots: () => () => {},
    forgetToken: () => {},
  }
  let sleptMs = 0
  const clock = {
    now: () => Date.now() + sleptMs,
    random: () => 0,
    after: (delayMs: number, call: () => void) => {
      const timer = setTimeout(call, delayMs)
      return () => clearTimeout(timer)
    },
  }
  const sync = createSyncOn(transport, { clock, watch: () => () => {} }, {}, { current: {} })
  sync.start()
  streams[0]!.message({ type: 'hello', cursor, heartbeatMs: 15_000, timeline: null })
  vi.advanceTimersByTime(10_000)
  expect([sync.state, streams.length]).toEqual(['live', 1])
  sleptMs = 3_600_000
  vi.advanceTimersByTime(5_001)
  expect([sync.state, streams.length]).toEqual(['connecting', 2])
  sync.close()
})
