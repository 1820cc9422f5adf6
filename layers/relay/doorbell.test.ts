import { expect, test } from 'vitest'
import type { OutgoingMessage, Queue } from '#platform/queue/queue'
import { createDoorbellRinger, parseDoorbell } from './doorbell.ts'

const worldId = '0192f0c1-2345-7000-8000-000000000001'
const otherId = '0192f0c1-2345-7000-8000-000000000002'

/** A ringer on a clock that the test moves, and what it sent. */
const open = (send: (message: OutgoingMessage) => Promise<void> = async () => {}) => {
  const sent: OutgoingMessage[] = []
  const clock = { ms: 1_000_000 }
  const record: Queue['send'] = (message) => {
    sent.push(message)
    return send(message)
  }
  const ringer = createDoorbellRinger({ queue: { send: record } as Queue, now: () => clock.ms })
  return { ringer, sent, clock, delayed: () => sent.filter(({ delaySeconds }) => delaySeconds !== 0) }
}

test('a delayed ring covers every transaction that must end before it comes', async () => {
  const { ringer, clock, delayed } = open()
  await ringer.beforeCommit(worldId)
  expect(delayed()).toEqual([{ body: JSON.stringify({ worldId }), delaySeconds: 30 }])
  clock.ms += 18_999
  await ringer.beforeCommit(worldId)
  expect(delayed()).toHaveLength(1)
  // from here on a transaction of 10 s could outlive the ring at 30 s, with a second between the clocks
  clock.ms += 1
  await ringer.beforeCommit(worldId)
  await ringer.beforeCommit(otherId)
  expect(delayed().map(({ body }) => JSON.parse(body).worldId)).toEqual([worldId, worldId, otherId])
})

test('commits at the same time wait for one delayed ring', async () => {
  const { ringer, delayed } = open()
  await Promise.all([1, 2, 3].map(() => ringer.beforeCommit(worldId)))
  expect(delayed()).toHaveLength(1)
})

test('after the commit one ring is in flight, and the last seq follows it', async () => {
  const gates: (() => void)[] = []
  const { ringer, sent } = open(() => new Promise((open) => gates.push(open)))
  for (const seq of [1, 2, 3]) ringer.afterCommit(worldId, seq)
  ringer.afterCommit(otherId, 9)
  expect(sent.map(({ body }) => JSON.parse(body))).toEqual([
    { worldId, seq: 1 },
    { worldId: otherId, seq: 9 },
  ])
  const flushed = ringer.flush()
  for (const open of gates.splice(0)) open()
  while (gates.length === 0) await new Promise(setImmediate)
  for (const open of gates.splice(0)) open()
  await flushed
  expect(sent.slice(2).map(({ body }) => JSON.parse(body))).toEqual([{ worldId, seq: 3 }])
})

test('a queue that is away fails no write, and is left alone for a second', async () => {
  const { ringer, sent, clock } = open(() => Promise.reject(new Error('connect ECONNREFUSED')))
  await ringer.beforeCommit(worldId)
  await ringer.beforeCommit(worldId)
  expect(sent).toHaveLength(1)
  clock.ms += 1_001
  await ringer.beforeCommit(worldId)
  expect(sent).toHaveLength(2)
  ringer.afterCommit(worldId, 1)
  await ringer.flush()
})

test('only a doorbell is read as one', () => {
  expect(parseDoorbell(JSON.stringify({ worldId, seq: 4 }))).toEqual({ worldId, seq: 4 })
  expect(parseDoorbell(JSON.stringify({ worldId, replayDead: true }))).toEqual({ worldId, replayDead: true })
  for (const body of ['', 'ding', 'null', '{}', '{"worldId":"earth"}', '{"seq":1}'])
    expect(parseDoorbell(body)).toBeUndefined()
})
