import { expect, test } from 'vitest'
import type { OutgoingMessage, Queue } from '#platform/queue/queue'
import { createDemandBell } from './demand.ts'

const bellAt = (quietMs = 5_000) => {
  const sent: { atMs: number; delaySeconds: number; body: unknown }[] = []
  const clock = { ms: 100_000 }
  let failure: Error | undefined
  const queue = {
    send: async ({ body, delaySeconds = 0 }: OutgoingMessage) => {
      if (failure !== undefined) throw failure
      sent.push({ atMs: clock.ms - 100_000, delaySeconds, body: JSON.parse(body) })
    },
  } as Queue
  const bell = createDemandBell({ queue, nowMs: () => clock.ms, quietMs })
  return {
    sent,
    ringAt: (ms: number, worldId = 'w') => {
      clock.ms = 100_000 + ms
      return bell.ring('activation', worldId)
    },
    failWith: (error: Error | undefined) => {
      failure = error
    },
  }
}

test('rings at once, then at the end of each quiet time at most, and never leaves a ring unanswered', async () => {
  const { sent, ringAt } = bellAt()
  const rings = [0, 1, 4_000, 4_999, 5_001, 9_000, 11_000, 30_000]
  for (const ms of rings) await ringAt(ms)
  expect(sent.map(({ atMs, delaySeconds }) => [atMs, delaySeconds])).toEqual([
    [0, 0],
    [1, 5],
    [5_001, 5],
    [11_000, 4],
    [30_000, 0],
  ])
  for (const ms of rings)
    expect(sent.some(({ atMs, delaySeconds }) => atMs + delaySeconds * 1_000 >= ms)).toBe(true)
  expect(sent[0]!.body).toEqual({ reason: 'activation', worldId: 'w' })
})

test('worlds do not silence each other', async () => {
  const { sent, ringAt } = bellAt()
  await ringAt(0, 'a')
  await ringAt(1, 'b')
  expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 0])
})

test('a ring that could not be sent silences none', async () => {
  const { sent, ringAt, failWith } = bellAt()
  failWith(new Error('away'))
  await expect(ringAt(0)).rejects.toThrow('away')
  failWith(undefined)
  await ringAt(1)
  expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0])
})
