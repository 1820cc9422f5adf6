import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventBatch } from '#world/event'
import { batchMessage, messageLimitBytes, packEvents } from './batch.ts'
import type { LogRow } from './log.ts'
import { eventLimitBytes } from './log.ts'

const rowOf = (seq: number, note: string | null): LogRow => ({
  seq,
  type: 'entity.updated.v1',
  occurredAt: '2026-11-21T00:00:00.000Z',
  text: note === null ? null : JSON.stringify({ seq, note }),
})

const world = { worldId: '0192f0c1-2345-7000-8000-000000000000', tenantId: 't'.repeat(256) }

test('the messages hold every event once and in order, and each fits', () => {
  const note = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 0, max: 250_000 }).map((length) => 'x'.repeat(length)),
    fc.integer({ min: 0, max: 60_000 }).map((length) => '🪐'.repeat(length)),
    fc.constant(null),
  )
  fc.assert(
    fc.property(fc.array(note, { maxLength: 20 }), fc.integer({ min: 1, max: 30 }), (notes, maxEvents) => {
      const rows = notes.map((text, index) => rowOf(index + 1, text))
      const packed = packEvents(rows, { maxEvents })
      const messages = packed.map((events) => batchMessage(world, events))
      for (const message of messages)
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(messageLimitBytes)
      const batches = messages.map((message) => JSON.parse(message) as EventBatch)
      for (const { fromSeq, toSeq, events } of batches) {
        expect(events.length).toBeLessThanOrEqual(maxEvents)
        expect([events[0]!.seq, events.at(-1)!.seq]).toEqual([fromSeq, toSeq])
      }
      const events = batches.flatMap((batch) => batch.events)
      expect(events.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq))
      for (const [index, event] of events.entries())
        if (!('reference' in event)) expect(event).toEqual(JSON.parse(rows[index]!.text!))
    }),
    { numRuns: 50 },
  )
})

test('messages are filled: two neighbours never fit into one', () => {
  const rows = Array.from({ length: 400 }, (_, index) => rowOf(index + 1, 'x'.repeat(1_000 + index * 7)))
  const sizes = packEvents(rows).map(({ bytes }) => bytes)
  for (let index = 1; index < sizes.length - 1; index++)
    expect(sizes[index - 1]! + sizes[index]!).toBeGreaterThan(messageLimitBytes)
  expect(Math.max(...sizes)).toBeGreaterThan(0.95 * messageLimitBytes)
})

test('an event of exactly the limit travels whole, one more byte makes it a reference', () => {
  const length = eventLimitBytes - JSON.stringify({ seq: 1, note: '' }).length
  const [whole] = packEvents([rowOf(1, 'x'.repeat(length))])
  expect(whole!.texts[0]).toContain('xxx')
  const [referred] = packEvents([rowOf(1, 'x'.repeat(length + 1))])
  expect(referred!.texts).toEqual(['{"seq":1,"reference":true}'])
})
