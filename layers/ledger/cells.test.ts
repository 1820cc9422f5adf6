import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainOf, inOrder, ledgerArbitrary, referenceTile } from '../../test/conformance/ledger-commits.ts'
import { addCell, addCommit, type Cells, tileOf } from './cells.ts'
import { decodeCells, encodeCells } from './cells-codec.ts'
import type { Commit } from './commit.ts'

const key = { tenantId: 'acme', worldId: '01890a5d-ac96-774b-bcce-b302099a8057' }

const shuffled = <T>(items: readonly T[], random: readonly number[]): T[] =>
  items
    .map((item, at) => ({ item, place: random[at % random.length]! * (at + 1) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)

const cellsOf = (commits: readonly Commit[]): Cells => {
  const cells: Cells = new Map()
  for (const commit of commits) addCommit(cells, commit)
  return cells
}

test('parts that were added up in any order and split make the same cells', () => {
  fc.assert(
    fc.property(
      ledgerArbitrary,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      fc.nat(20),
      ({ layer, chains }, random, cut) => {
        const commits = chains.flatMap(({ shard, spans }) => chainOf({ ...key, layer }, shard, spans))
        const some = shuffled(commits, random)
        const whole = cellsOf(some.slice(0, cut))
        for (const [region, cell] of decodeCells(encodeCells(cellsOf(some.slice(cut)))))
          addCell(whole, region, cell)
        expect(tileOf(whole, {})).toEqual(referenceTile(inOrder(commits), { region: '*' }))
      },
    ),
  )
})
