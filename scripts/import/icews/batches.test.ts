import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toEventBatches } from './batches.ts'
import { findCameoClass } from './cameo.ts'
import { toChronicleEvent } from './to-event.ts'

const cameo = findCameoClass('Consult')!
const eventOf = (index: number, name: string) =>
  toChronicleEvent(
    { subject: index, relation: 0, object: 0, hour: 0, occurrence: 1, lineNumber: 1 },
    { subject: { name, entityType: 'Person' }, object: { name: 'é', entityType: 'Person' }, cameo },
  )

it('keeps all events in order, within both limits', () => {
  const names = fc.array(fc.string({ maxLength: 200 }), { maxLength: 60 })
  fc.assert(
    fc.property(
      names,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6_000 }),
      (list, most, bytes) => {
        const events = list.map((name, index) => eventOf(index, name))
        const batches = [...toEventBatches(events, most, bytes)]
        expect(batches.flatMap((batch) => batch.events)).toEqual(events)
        for (const batch of batches) {
          expect(batch.json.map((json) => JSON.parse(json))).toEqual(batch.events)
          expect(batch.events.length).toBeGreaterThan(0)
          expect(batch.events.length).toBeLessThanOrEqual(most)
          const size = Buffer.byteLength(batch.json.join(','))
          expect(batch.events.length === 1 || size <= bytes).toBe(true)
        }
      },
    ),
  )
})
