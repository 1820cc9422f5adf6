import { describe, expect, it } from 'vitest'
import type { ChronicleEvent } from '../chronicle-event.ts'
import type { EntityEffect } from '../projection/effect.ts'
import type { EventActor, StoryEvent } from '../questions/source.ts'
import { checkConsistency } from './check.ts'

interface Sketch {
  day: number
  roles?: Record<string, string>
  effects?: [entityId: string, effect: EntityEffect][]
  valence?: ChronicleEvent['valence']
  causedBy?: string[]
  causes?: string[]
  projects?: boolean
}

const story = (sketches: Record<string, Sketch>): StoryEvent[] =>
  Object.entries(sketches).map(([id, sketch]) => {
    const {
      day,
      roles = {},
      effects = [],
      valence = [],
      causedBy = [],
      causes = [],
      projects = true,
    } = sketch
    const actors = Object.entries(roles).map(
      ([entityId, role]): EventActor => ({ entityId, name: entityId, entityType: 'Character', role }),
    )
    const timestamp = new Date(Date.UTC(2020, 0, day)).toISOString()
    const event: ChronicleEvent = {
      ...{ id, timestamp, eventType: 'test', summary: id, actors, action: 'did', valence },
      ...{ causality: { causedBy, causes }, modality: 'actual', source: 'test', keywords: [], data: {} },
    }
    return {
      ...{ chronicleId: 'c', eventId: id, seq: 1, toldAt: Date.parse(timestamp), event, actors, projects },
      effects: effects.map(([entityId, effect], ordinal) => ({
        ...{ target: { kind: 'entity' as const, entityId }, ordinal, effect },
      })),
    }
  })

const found = (sketches: Record<string, Sketch>) =>
  checkConsistency(story(sketches)).map(({ rule, entityId, events }) => [
    rule,
    entityId,
    ...events.map(({ eventId }) => eventId),
  ])

const state = (text: string): EntityEffect => ({ do: 'status', state: text })
const ring = (quantity: number): EntityEffect => ({ do: 'item', id: 'ring', name: 'Ring', quantity })

describe('contradictions', () => {
  it('of lives', () => {
    const death: Sketch = { day: 2, roles: { a: 'victim' }, effects: [['a', state('dead')]] }
    const act: Sketch = { day: 3, roles: { a: 'agent' } }
    expect(found({ death, act })).toEqual([['acts-after-end', 'a', 'death', 'act']])
    expect(found({ death, act: { day: 3, roles: { a: 'topic' } } })).toEqual([])
    expect(found({ death, act: { ...act, projects: false } })).toEqual([])
    const back: Sketch = { day: 3, effects: [['a', state('alive')]] }
    expect(found({ death, back, act: { ...act, day: 4 } })).toEqual([])
    const birth: Sketch = { day: 1, roles: { a: 'agent' }, effects: [['a', state('alive')]] }
    expect(found({ birth, again: { ...birth, day: 2 } })).toEqual([['born-twice', 'a', 'birth', 'again']])
    expect(found({ birth, death, again: { ...birth, day: 4 } })).toEqual([])
  })

  it('of places', () => {
    const here: Sketch = { day: 1, roles: { a: 'agent', mill: 'place' } }
    const there: Sketch = { day: 1, roles: { a: 'witness', inn: 'place' } }
    expect(found({ here, there })).toEqual([['two-places-at-once', 'a', 'here', 'there']])
    expect(found({ here, there: { ...there, day: 2 } })).toEqual([])
    expect(found({ here, again: here })).toEqual([])
  })

  it('of things', () => {
    const got: Sketch = { day: 1, effects: [['a', ring(1)]] }
    expect(found({ got, other: { day: 2, effects: [['b', ring(1)]] } })).toEqual([
      ['item-held-by-two', 'b', 'got', 'other'],
    ])
    const give: Sketch = {
      day: 2,
      effects: [
        ['b', ring(-1)],
        ['c', ring(1)],
      ],
    }
    expect(found({ got, give })).toEqual([['gave-what-another-held', 'b', 'got', 'give']])
    expect(found({ give })).toEqual([])
    expect(
      found({
        got,
        give: {
          day: 2,
          effects: [
            ['a', ring(-1)],
            ['b', ring(1)],
          ],
        },
      }),
    ).toEqual([])
  })

  it('of causes', () => {
    expect(found({ effect: { day: 1, causedBy: ['cause'] }, cause: { day: 2 } })).toEqual([
      ['told-before-its-cause', undefined, 'effect', 'cause'],
    ])
    expect(
      found({
        a: { day: 1, causes: ['b'] },
        b: { day: 1, causes: ['c'] },
        c: { day: 1, causes: ['a', 'd'] },
        d: { day: 1 },
      }),
    ).toEqual([['causal-cycle', undefined, 'a', 'b', 'c']])
    expect(found({ a: { day: 1, causes: ['a'] } })).toEqual([['causal-cycle', undefined, 'a']])
    expect(found({ a: { day: 1, causes: ['b', 'c'] }, b: { day: 2, causes: ['c'] }, c: { day: 3 } })).toEqual(
      [],
    )
  })

  it('of feelings', () => {
    const valence = [{ source: 'a', target: 'A ', type: 'trust', change: 1 }]
    expect(found({ self: { day: 1, roles: { a: 'agent', b: 'target' }, valence } })).toEqual([
      ['feeling-for-itself', 'a', 'self'],
    ])
  })
})
