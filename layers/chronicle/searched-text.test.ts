import { expect, it } from 'vitest'
import { chronicleEventSchema } from './schemas.ts'
import { marksOf, searchedText } from './searched-text.ts'

const event = chronicleEventSchema.parse({
  ...{
    id: 'e',
    timestamp: '2018-01-01T00:00:00Z',
    eventType: 'gift',
    summary: 'Ann gave a lamp',
    action: 'gave',
  },
  actors: [
    { entityId: 'ann-1', name: 'Ann', entityType: 'Character', role: 'agent' },
    { name: 'Bob', entityType: 'Character', role: 'recipient' },
  ],
  ...{ keywords: ['light', 'gave'], items: [{ name: 'lamp' }], location: { name: 'Cellar' } },
  causality: { causedBy: ['dark'], causes: ['sight'] },
  data: { note: 'deep', more: [{ text: 'deeper' }, 7] },
})

it('has each part of an event where its weight is', () => {
  expect(searchedText(event)).toEqual({
    ...{
      a: 'Ann gave a lamp\nBob',
      b: 'light\ngave\ngift',
      c: 'lamp\nCellar',
      d: 'deep\ndeeper',
      names: 'Ann\nBob',
    },
    similar: 'Ann\nBob\nlamp\nCellar\nlight\ngave\ngift',
  })
})

it('cuts long texts, and never within a character', () => {
  const long = searchedText({
    ...event,
    keywords: Array(64).fill('😀'.repeat(40)),
    data: { text: '😀'.repeat(9_999) },
  })
  expect([long.d.length, long.similar.length <= 512]).toEqual([4_096, true])
  const odd = searchedText({ ...event, data: { text: `x${'😀'.repeat(9_999)}` } })
  expect(odd.d.isWellFormed()).toBe(true)
})

it('marks an event by its actors, keywords and causes', () => {
  expect(marksOf(event)).toEqual(['a:Ann', 'a:ann-1', 'a:Bob', 'k:light', 'k:gave', '<:dark', '>:sight'])
})
