import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRanking } from './ranking.ts'

const bytesOf = (vector: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(vector).buffer)

const vector = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 })

it('keeps what sorting everything by product, chronicle and event would have first', () => {
  fc.assert(
    fc.property(
      vector,
      fc.array(vector, { maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (query, rows, count) => {
        const ranking = createRanking(Float32Array.from(query), count)
        const all = rows.map((row, index) => ({
          ...{ chronicleId: `c${index % 3}`, eventId: `e${String(index).padStart(4, '0')}`, version: 1 },
          score: row.reduce((sum, value, at) => sum + value * query[at]!, 0),
        }))
        for (const [index, { score, ...candidate }] of all.entries())
          ranking.add(candidate, bytesOf(rows[index]!))
        const key = (one: (typeof all)[number]) => `${one.chronicleId} ${one.eventId}`
        const sorted = all.toSorted((a, b) => b.score - a.score || (key(a) < key(b) ? -1 : 1))
        expect(ranking.best()).toEqual(sorted.slice(0, count))
      },
    ),
  )
})

it('reads floats from wherever they begin, and orders ids as bytes', () => {
  const ranking = createRanking(Float32Array.of(1, 0), 3)
  const shifted = new Uint8Array([0, ...bytesOf([0.5, 9])]).subarray(1)
  // U+FF5E comes before U+1F600 as UTF-8, and after it as UTF-16
  ranking.add({ chronicleId: 'c', eventId: '😀', version: 1 }, shifted)
  ranking.add({ chronicleId: 'c', eventId: '～', version: 2 }, shifted)
  ranking.add({ chronicleId: 'c', eventId: 'longer', version: 1 }, bytesOf([1, 2, 3]))
  expect(ranking.best().map(({ eventId, score }) => [eventId, score])).toEqual([
    ['～', 0.5],
    ['😀', 0.5],
  ])
})
