import fc from 'fast-check'
import { expect, it } from 'vitest'
import { groupAdjacent, unionOfSnapshots } from './adjacent.ts'
import { trainingSettings } from './settings.ts'

const training = trainingSettings.parse({})
const epoch = fc
  .record({
    start: fc.integer({ min: 0, max: 60 }),
    length: fc.integer({ min: 0, max: 6 }),
    filters: fc.constantFrom(
      {},
      { min_quality: undefined },
      { min_quality: 0.5, min_entities: 1 },
      { min_entities: 1, min_quality: 0.5 },
    ),
    cellSizeUnits: fc.constantFrom(64, 32),
  })
  .map(({ start, length, filters, cellSizeUnits }) => ({
    ...{ startTime: new Date(start), endTime: new Date(start + length), filters },
    training: { ...training, cellSizeUnits },
  }))
type Epoch = typeof epoch extends fc.Arbitrary<infer E> ? E : never

const kindOf = ({ filters, training: { cellSizeUnits } }: Epoch) => `${filters.min_quality} ${cellSizeUnits}`
const adjoin = (a: Epoch, b: Epoch) =>
  kindOf(a) === kindOf(b) && a.startTime <= b.endTime && b.startTime <= a.endTime

/** Who is reached from whom over adjacent ones, looked for naively. */
const slowGroups = (epochs: Epoch[]): Set<Epoch>[] => {
  const groups: Set<Epoch>[] = []
  for (const one of epochs) {
    const touched = groups.filter((group) => [...group].some((other) => adjoin(one, other)))
    const merged = new Set([one, ...touched.flatMap((group) => [...group])])
    groups.splice(0, groups.length, ...groups.filter((group) => !touched.includes(group)), merged)
  }
  return groups
}

const asSets = (groups: Iterable<Epoch>[], epochs: Epoch[]) =>
  groups
    .map((group) =>
      [...group]
        .map((one) => epochs.indexOf(one))
        .sort((a, b) => a - b)
        .join(),
    )
    .sort()

it('groups what is reached over epochs that touch or overlap, and nothing else, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(epoch, { maxLength: 30 }), (epochs) => {
      const expected = asSets(slowGroups(epochs), epochs)
      expect(asSets(groupAdjacent(epochs), epochs)).toEqual(expected)
      expect(asSets(groupAdjacent(epochs.toReversed()), epochs)).toEqual(expected)
    }),
  )
})

it('takes each snapshot once, oldest first', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((snapshotId, at) => ({
    ...{ snapshotId, worldId: 'w', seq: at, createdAt: new Date(at === 2 ? 1 : at) },
  })) as [never, never, never]
  expect(unionOfSnapshots([{ snapshots: [b, c] }, { snapshots: [a, b] }])).toEqual([a, b, c])
})
