import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventText } from '#relay/batch'
import type { BusEntry, Publisher } from '#relay/destination'
import { until } from '../support/until.ts'

/** A bus on which somebody listens to every entry. */
export interface PublisherFixture {
  publisher: Publisher
  /** Takes what has arrived since the last call: the entries' details, parsed. */
  arrived(): Promise<unknown[]>
  close(): Promise<void>
}

const worldId = '01936b2a-7e1c-7c4d-8f3a-2b9d5e6f7a81'
const occurredAt = '2026-11-21T06:13:48.123Z'

/** An event as the relay publishes it, its data being `data`. */
const entryOf = (seq: number, data: unknown): BusEntry => {
  const type = 'entity.created.v1'
  const event = { seq, id: `e${seq}`, type, entityId: 'lamp', data, cause: { requestId: 'r' }, occurredAt }
  const text = eventText({ seq, type, occurredAt, text: JSON.stringify(event) })
  const detail = `{"worldId":"${worldId}","tenantId":"acme",${text.slice(1)}`
  return { source: 'orrery', detailType: type, worldId, tenantId: 'acme', seq, detail, time: occurredAt }
}

/** What every adapter of Publisher does. */
export const describePublisher = (name: string, open: () => Promise<PublisherFixture>): void => {
  describe(`publisher: ${name}`, () => {
    let fixture: PublisherFixture
    beforeAll(async () => {
      fixture = await open()
    })
    afterAll(() => fixture?.close())

    /** Every entry is accepted, and arrives as it was sent, at least once. */
    const expectAll = async (entries: BusEntry[]): Promise<void> => {
      expect(await fixture.publisher.publish(entries)).toEqual(entries.map(() => ({ status: 'accepted' })))
      const missing = new Set(entries.map(({ detail }) => JSON.stringify(sorted(JSON.parse(detail)))))
      await until('all entries arrive', async () => {
        for (const detail of await fixture.arrived()) missing.delete(JSON.stringify(sorted(detail)))
        return missing.size === 0
      })
    }

    it('brings ten entries at once', () =>
      expectAll(Array.from({ length: 10 }, (_, index) => entryOf(index + 1, { index }))))

    it('brings text as it was', () =>
      expectAll([
        entryOf(11, { text: 'Zürich 🪐 "quoted" \\ \n \u0001 \uFFFF', nothing: null, deep: [[1.5]] }),
      ]))

    it('brings an entry of 190 KB, and ten that have almost 256 KB together', async () => {
      await expectAll([entryOf(12, { text: 'x'.repeat(190_000) })])
      await expectAll(
        Array.from({ length: 10 }, (_, index) => entryOf(13 + index, { text: 'x'.repeat(25_500) })),
      )
    })

    it('brings the name of an event that is too large for a bus', () =>
      expectAll([entryOf(23, { text: 'x'.repeat(300_000) })]))
  })
}

/** The same value with the keys of its objects in order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
