import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fuseRanks } from './fuse-ranks.ts'

it('adds 1 / (60 + place) for each list, and settles ties by the text of the key', () => {
  expect(
    fuseRanks([
      ['b', 'a'],
      ['c', 'b'],
    ]),
  ).toEqual([
    { key: 'b', score: 1 / 61 + 1 / 62 },
    { key: 'c', score: 1 / 61 },
    { key: 'a', score: 1 / 62 },
  ])
  expect(fuseRanks([['b'], ['a']]).map(({ key }) => key)).toEqual(['a', 'b'])
  expect(fuseRanks([])).toEqual([])
})

const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'))

it('does not depend on the order of the lists, and keeps that of a single one', () => {
  fc.assert(
    fc.property(fc.array(list), (lists) => {
      expect(fuseRanks([...lists].reverse())).toEqual(fuseRanks(lists))
    }),
  )
  fc.assert(
    fc.property(list, (one) => {
      expect(fuseRanks([one]).map(({ key }) => key)).toEqual(one)
    }),
  )
})
