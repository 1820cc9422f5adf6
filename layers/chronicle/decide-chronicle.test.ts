import { describe, expect, it } from 'vitest'
import type { ChronicleEvent } from './chronicle-event.ts'
import { type ChronicleEventState, type ChronicleSet, emptyChronicleSet, eventKey } from './chronicle-set.ts'
import { countsOf, weightOf } from './commands.ts'
import { decideChronicle } from './decide-chronicle.ts'
import { digestOf } from './digest.ts'

const event = (id: string, summary = id): ChronicleEvent => ({
  ...{ id, timestamp: '2018-01-01T00:00:00.000Z', eventType: 'meeting', summary, action: 'met', actors: [] },
  ...{
    valence: [],
    causality: { causedBy: [], causes: [] },
    modality: 'actual',
    source: 'API',
    keywords: [],
  },
  data: {},
})

const setWith = (...states: Partial<ChronicleEventState>[]): ChronicleSet => {
  const set = emptyChronicleSet()
  set.chronicles.set('c', { title: 'c', description: '', eventCount: 0, fromSeq: 1, createdAt: '' })
  for (const fields of states) {
    const eventId = fields.eventId!
    set.events.set(eventKey('c', eventId), {
      ...{
        chronicleId: 'c',
        eventId,
        version: 1,
        fromSeq: 2,
        retracted: false,
        digest: digestOf(event(eventId)),
      },
      ...{ recordedAt: '', reason: null, ...fields },
    })
  }
  return set
}

const record = (...events: ChronicleEvent[]) => ({
  ...{ kind: 'record-chronicle-events' as const, chronicleId: 'c', events },
})

describe('recording', () => {
  it('makes one event of the log for all that is new, and none where nothing is', () => {
    const set = setWith({ eventId: 'a' })
    expect(decideChronicle(set, record(event('a'), event('b'), event('b'), event('d')))).toMatchObject({
      event: {
        type: 'chronicle.recorded.v1',
        entityId: null,
        data: { chronicleId: 'c', eventIds: ['b', 'd'] },
      },
    })
    expect(decideChronicle(set, record(event('a'), event('a')))).toEqual({ event: undefined })
  })

  it('is refused for other content, of before or of the same batch, and for what was retracted', () => {
    const refusals = [
      decideChronicle(setWith({ eventId: 'a' }), record(event('b'), event('a', 'other'))),
      decideChronicle(setWith(), record(event('b'), event('b', 'other'))),
      decideChronicle(setWith({ eventId: 'a', retracted: true }), record(event('b'), event('a'))),
    ]
    expect(refusals).toMatchObject([
      { refusal: { code: 'chronicle-event-exists', data: { index: 1, eventId: 'a' } } },
      { refusal: { code: 'chronicle-event-exists', data: { index: 1, eventId: 'b' } } },
      { refusal: { code: 'chronicle-event-retracted', data: { index: 1, eventId: 'a' } } },
    ])
  })

  it('changes nothing of the set that it reads', () => {
    const set = setWith({ eventId: 'a' })
    decideChronicle(set, record(event('b')))
    expect(set).toEqual(setWith({ eventId: 'a' }))
  })
})

it('counts what a request told, and what was new of it', () => {
  const made = { type: 'chronicle.recorded.v1', data: { chronicleId: 'c', eventIds: ['a'] } }
  const commands = [record(event('a')), record(event('a'), event('b'))]
  expect(countsOf(commands, [made] as never)).toEqual({ recorded: 1, duplicates: 2 })
  expect(countsOf([{ kind: 'delete-entity' }], [])).toBeUndefined()
})

it('a command that records weighs as much as it has events', () => {
  expect(weightOf(record(event('a'), event('b')))).toBe(2)
  expect(weightOf({ kind: 'delete-entity' })).toBe(1)
})
