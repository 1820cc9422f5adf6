import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cameoClasses, findCameoClass } from './cameo.ts'
import { parseLines } from './read-lines.ts'
import { parseNames } from './read-names.ts'
import { shuffled } from './shuffle.ts'
import { toChronicleEvent } from './to-event.ts'

const subject = { name: 'Rufus $& Firefly', entityType: 'Person' }
const object = { name: 'Citizen ($1)', entityType: 'Group', context: '$1' }
const cameo = findCameoClass('Arrest, detain, or charge with legal action')!
const line = { subject: 7, relation: 5, object: 12, hour: 5_761, occurrence: 1, lineNumber: 3 }

it('makes an event of a line', () => {
  expect(toChronicleEvent(line, { subject, object, cameo })).toEqual({
    id: 'icews-7-5-12-5761',
    timestamp: '2018-08-29T01:00:00.000Z',
    eventType: 'coerce',
    summary: 'Rufus $& Firefly arrested, detained or charged Citizen ($1) with legal action.',
    actors: [
      { name: 'Rufus $& Firefly', entityType: 'Person', role: 'agent' },
      { name: 'Citizen ($1)', entityType: 'Group', role: 'target', context: '$1' },
    ],
    action: 'arrest-detain-or-charge-with-legal-action',
    valence: [{ source: 'Citizen ($1)', target: 'Rufus $& Firefly', type: 'trust', change: -0.05 }],
    modality: 'reported',
    source: 'ICEWS',
    keywords: ['cameo:173', 'coerce', 'material conflict'],
    data: { cameo: '173', goldstein: -5, quadClass: 4 },
  })
})

it('changes trust by a hundredth of the class’s value, and not where that is none', () => {
  for (const each of cameoClasses) {
    const { valence } = toChronicleEvent(line, { subject, object, cameo: each })
    expect(valence.map(({ change }) => change)).toEqual(
      each.goldstein === 0 ? [] : [Number((each.goldstein / 100).toFixed(3))],
    )
  }
  const [clamped] = toChronicleEvent(line, { subject, object, cameo: { ...cameo, goldstein: -300 } }).valence
  expect(clamped?.change).toBe(-1)
})

it('says nothing of what somebody feels for themselves', () => {
  expect(toChronicleEvent(line, { subject, object: subject, cameo }).valence).toEqual([])
})

it('passes over stray spaces, blank lines and the last number', () => {
  const text = '563  \t5    \t562\t5760\t0\n\n 22\t1\t62 \t5760\r\n'
  expect(parseLines(text, 'f')).toEqual([
    { subject: 563, relation: 5, object: 562, hour: 5_760, occurrence: 1, lineNumber: 1 },
    { subject: 22, relation: 1, object: 62, hour: 5_760, occurrence: 1, lineNumber: 3 },
  ])
})

it.each([
  '1\t2\t3',
  '1\t2\t3\t4\t5\t6',
  '1\t2\t-3\t4\t0',
  '1\t2\tx\t4\t0',
  '1\t2\t3\t1000001\t0',
  '1e3\t2\t3\t4',
])('names a line that is none: %j', (bad) =>
  expect(() => parseLines(`1\t2\t3\t4\t0\n${bad}\n`, 'events.txt')).toThrow(/^events.txt, line 2 is not/),
)

it('reads names, with their no-break spaces made plain', () => {
  expect([...parseNames('Găgăuzia\u00a0\t4\nXinjiang\u00a0Uyghur\t2\n', 'f')]).toEqual([
    [4, 'Găgăuzia'],
    [2, 'Xinjiang Uyghur'],
  ])
})

it.each([
  ['a\t1\nb', /^f, line 2 is not a name/],
  ['\t1', /^f, line 1 is not a name/],
  ['a\t1\nb\t1', /^f, line 2: there is a name with the number 1/],
  ['\n', /^f has no names/],
])('names a bad line of a file of names: %j', (text, message) => {
  expect(() => parseNames(text, 'f')).toThrow(message)
})

const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.nat(3), fc.nat(2)), { maxLength: 40 })
const idsOf = (list: number[][]): string[] =>
  parseLines(list.map((row) => `${row.join('\t')}\t0`).join('\n'), 'f').map(
    (each) => toChronicleEvent(each, { subject, object, cameo }).id,
  )

it('gives the lines of a file ids of their own, the same in every order', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (list, seed) => {
      const ids = idsOf(list)
      expect(new Set(ids).size).toBe(list.length)
      expect(idsOf(shuffled(list, seed)).sort()).toEqual(ids.sort())
    }),
  )
})

it('gives the same ids to the parts of a file that has no line twice', () => {
  const distinct = rows.map((list) => [...new Map(list.map((row) => [row.join(), row])).values()])
  fc.assert(
    fc.property(distinct, fc.nat(40), (list, at) => {
      expect([...idsOf(list.slice(0, at)), ...idsOf(list.slice(at))]).toEqual(idsOf(list))
    }),
  )
})

it('shuffles all, another way for another seed', () => {
  const items = Array.from({ length: 100 }, (_, index) => index)
  const first = shuffled(items, 1)
  expect(first).toEqual(shuffled(items, 1))
  expect(first).not.toEqual(shuffled(items, 2))
  expect(first).not.toEqual(items)
  expect(first.sort((a, b) => a - b)).toEqual(items)
})
