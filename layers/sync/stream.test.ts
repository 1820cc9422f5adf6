import { expect, test } from 'vitest'
import type { Frame } from './frame.ts'
import type { Hub, Sink } from './hub.ts'
import { createNumbers } from './numbers.ts'
import { openStream } from './stream.ts'
import { defaultLimits } from './stream-options.ts'
import { createView } from './view.ts'

const at = { seq: 1, tick: 1 }

test('a client hears heartbeats, and how far it is, while what happens is not for it', async () => {
  let sink: Sink | undefined
  const hub = {
    join: (joined: Sink) => {
      sink = joined
      return at
    },
    leave: () => {},
    cursor: () => at,
    exclusively: <T>(task: () => Promise<T>) => task(),
  } as unknown as Hub
  const stream = openStream(
    {
      ...{ hub, limits: { ...defaultLimits, heartbeatMs: 50 }, nowMs: () => performance.now() },
      telling: { groupOf: () => 'entities', classOf: () => undefined, numbers: createNumbers() },
      catchUp: async () => ({
        ...{ from: at, frames: [], view: createView({ classes: new Set(['A']) }) },
        narrow: async (frame) => frame,
      }),
      cells: async () => undefined,
      follow: async () => undefined,
    },
    { world: 'w', cast: 'full', filter: {} },
  )
  expect((await stream.next()).value).toContain('"hello"')
  let tick = 1
  const ticking = setInterval(() => {
    const frame: Frame = {
      from: { seq: 1, tick },
      to: { seq: 1, tick: ++tick },
      timestamp: '',
      ticks: 1,
      facts: new Map(),
      moves: new Map(),
    }
    sink?.push(frame)
  }, 5)
  try {
    const { value } = await stream.next()
    expect(value).toContain('"heartbeat"')
    const cursor = /id: 1\.(\d+)/.exec(value as string)
    expect(Number(cursor?.[1])).toBeGreaterThan(1)
  } finally {
    clearInterval(ticking)
    await stream.return(undefined)
  }
})
