import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CommitEntry, figuresOf, hashCommit } from './commit.ts'
import { compareRegions, regionAbove } from './place.ts'
import { toQuanta } from './quanta.ts'
import { advance, type Input, type MadeCommit, type OpenSpan, openSpan } from './spans.ts'
import {
  cutsOf,
  emptySpan,
  firstState,
  inputsOf,
  regionOf,
  settingsOf,
  ticksArbitrary,
} from './test-ticks.ts'
import type { EntityTick } from './tick-rows.ts'
import type { Cut } from './windows.ts'

const maxTick = 60

const layer = (commit: object, cell: number | '*' = 0) => ({ layers: [{ name: 'atomic', cell, commit }] })

const policies = [
  { windowTicks: 10 },
  { windowTicks: 7 },
  { windowTicks: 1 },
  { strategy: 'adaptive', windowTicks: 20, maxContributions: 5 },
  { strategy: 'adaptive', windowTicks: 20, meanActivity: 3, activityVariance: 1e6 },
  { strategy: 'hybrid', windowTicks: 25, minTicks: 4, maxContributions: 3 },
]

const cutsArbitrary: fc.Arbitrary<Cut[]> = fc
  .tuple(fc.constantFrom(...policies), fc.constantFrom(...policies), fc.integer({ min: 2, max: maxTick }))
  .map(([first, second, fromTick]) => [
    ...cutsOf(layer(first)),
    { fromTick, afterSegment: 0, settings: settingsOf(layer(second)) },
  ])

const end = 1_000

/** All at once, and the watermark after it. */
const wholeRun = (ticks: EntityTick[], cuts: Cut[]): MadeCommit[] =>
  advance(emptySpan(), inputsOf([{ ticks, watermark: end }]), end, cuts)

const hashes = (commits: MadeCommit[]): string[] => commits.map(({ hash }) => hash)

/** Pieces of a producer that keeps its promise: after a piece with watermark w comes no tick up to w. */
const inPieces = (ticks: EntityTick[], places: number[], shuffle: number): Input[] => {
  const ends = [...new Set(places)].sort((a, b) => a - b)
  const pieces: { ticks: EntityTick[]; watermark: number }[] = []
  let rest = [...ticks]
  for (const watermark of ends) {
    // some come ahead of their time
    const now = rest.filter(({ tickId }, at) => tickId <= watermark || (at + shuffle) % 3 === 0)
    rest = rest.filter((tick) => !now.includes(tick))
    pieces.push({ ticks: now.reverse(), watermark })
  }
  pieces.push({ ticks: rest, watermark: end })
  return inputsOf(pieces)
}

const placesArbitrary = fc.array(fc.integer({ min: 1, max: maxTick }), { maxLength: 8 })

describe('spans', () => {
  it('are the same commits in any batching, order within it, and split into calls', () => {
    fc.assert(
      fc.property(
        ticksArbitrary(maxTick),
        cutsArbitrary,
        placesArbitrary,
        fc.nat(2),
        (ticks, cuts, places, shuffle) => {
          const inputs = inPieces(ticks, places, shuffle)
          const expected = hashes(wholeRun(ticks, cuts))
          expect(hashes(advance(emptySpan(), inputs, end, cuts))).toEqual(expected)
          const open = emptySpan()
          const oneByOne = inputs.flatMap((input, at) =>
            advance(open, [input], inputs[at + 1]?.watermarkBefore ?? end, cuts),
          )
          expect(hashes(oneByOne)).toEqual(expected)
        },
      ),
    )
  })

  it('are the same when an engine begins anew after any commit, whatever it had taken', () => {
    fc.assert(
      fc.property(
        ticksArbitrary(maxTick),
        cutsArbitrary,
        placesArbitrary,
        fc.nat(2),
        fc.nat(7),
        (ticks, cuts, places, shuffle, every) => {
          const inputs = inPieces(ticks, places, shuffle)
          expect(hashes(runWithCrashes(inputs, cuts, every))).toEqual(hashes(wholeRun(ticks, cuts)))
        },
      ),
    )
  })

  it('are the same whether a cut was known or not when the segments before it were taken', () => {
    const piece = fc.record({
      ticks: ticksArbitrary(maxTick),
      watermark: fc.integer({ min: 0, max: maxTick }),
    })
    const pieces = fc.array(piece, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        pieces,
        fc.nat(5),
        fc.nat(5),
        fc.constantFrom(...policies),
        fc.constantFrom(...policies),
        (pieces, cutAt, takenAt, first, second) => {
          const inputs = inputsOf(pieces)
          const afterSegment = cutAt % (inputs.length + 1)
          // the cut is behind the watermark of its time, and ticks beyond it may be there already
          const watermark = Math.max(0, ...pieces.slice(0, afterSegment).map((one) => one.watermark))
          const before = cutsOf(layer(first))
          const settings = settingsOf({ ...layer(second), baseWeight: 3 })
          const cuts = [...before, { fromTick: watermark + 1, afterSegment, settings }]
          const expected = hashes(advance(emptySpan(), inputs, end, cuts))
          const open = emptySpan()
          const early = inputs.slice(0, Math.min(takenAt, afterSegment))
          const known = Math.max(0, ...pieces.slice(0, early.length).map((one) => one.watermark))
          const commits = advance(open, early, known, before)
          commits.push(...advance(open, inputs.slice(early.length), end, cuts))
          expect(hashes(commits)).toEqual(expected)
        },
      ),
    )
  })

  it('with late ticks too are the same when an engine begins anew', () => {
    const piece = fc.record({
      ticks: ticksArbitrary(maxTick),
      watermark: fc.integer({ min: 0, max: maxTick }),
    })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), cutsArbitrary, fc.nat(5), (pieces, cuts, every) => {
        const inputs = inputsOf(pieces)
        const undisturbed = advance(emptySpan(), inputs, end, cuts)
        expect(hashes(runWithCrashes(inputs, cuts, every))).toEqual(hashes(undisturbed))
        const count = undisturbed
          .flatMap(({ entries }) => entries)
          .reduce((sum, entry) => sum + entry.count, 0n)
        expect(count).toBe(BigInt(pieces.reduce((sum, { ticks }) => sum + ticks.length, 0)))
      }),
    )
  })

  it('hold the exact sums of their ticks, by region', () => {
    fc.assert(
      fc.property(ticksArbitrary(maxTick), fc.constantFrom<number | '*'>(0, -3, 4, '*'), (ticks, cell) => {
        const commits = wholeRun(ticks, cutsOf(layer({ windowTicks: end }, cell)))
        const expected = Map.groupBy(ticks, (tick) => regionOf(tick, cell === -3 ? 0 : cell))
        const entries = commits.flatMap((commit) => commit.entries)
        const found = Map.groupBy(entries, ({ region }) => (cell === -3 ? regionAbove(region, 0) : region))
        expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
        for (const [region, some] of expected) {
          const quanta = some.map(({ activity }) => BigInt(toQuanta(activity)))
          const of = found.get(region)!
          const sum = (pick: (entry: CommitEntry) => bigint) =>
            of.reduce((total, one) => total + pick(one), 0n)
          expect(sum(({ count }) => count)).toBe(BigInt(some.length))
          expect(sum(({ activitySum }) => activitySum)).toBe(quanta.reduce((total, q) => total + q, 0n))
          expect(sum(({ activitySquares }) => activitySquares)).toBe(
            quanta.reduce((total, q) => total + q * q, 0n),
          )
          expect(new Set(of.flatMap(({ entityRefs }) => entityRefs))).toEqual(
            new Set(some.map(({ entityId }) => entityId)),
          )
        }
      }),
    )
  })

  it('end with their window, and begin after the one before', () => {
    fc.assert(
      fc.property(ticksArbitrary(maxTick), cutsArbitrary, (ticks, cuts) => {
        let before = 0
        for (const commit of wholeRun(ticks, cuts)) {
          const { epochStart, epochEnd, windowEnd, hash, entries } = commit
          expect(epochStart).toBeGreaterThan(before)
          expect(epochEnd).toBeGreaterThanOrEqual(epochStart)
          expect(windowEnd).toBeGreaterThanOrEqual(epochEnd)
          expect(hashCommit({ ...commit, committedAt: 'whenever' })).toBe(hash)
          expect(entries.map(({ region }) => region)).toEqual(
            entries.map(({ region }) => region).toSorted(compareRegions),
          )
          before = epochEnd
        }
        const cut = cuts[1]!.fromTick
        expect(wholeRun(ticks, cuts).every((one) => one.epochEnd < cut || one.epochStart >= cut)).toBe(true)
      }),
    )
  })
})

/** An engine that forgets what it has added up after every so many inputs. */
const runWithCrashes = (inputs: Input[], cuts: Cut[], every: number): MadeCommit[] => {
  let open: OpenSpan = emptySpan()
  const commits: MadeCommit[] = []
  inputs.forEach((input, at) => {
    commits.push(...advance(open, [input], inputs[at + 1]?.watermarkBefore ?? end, cuts))
    if (at % (every + 1) !== 0) return
    open = openSpan(open.state)
    const again = inputs.filter(({ number }) => number >= open.state.fromInput && number <= input.number)
    commits.push(...advance(open, again, inputs[at + 1]?.watermarkBefore ?? end, cuts))
  })
  return commits
}

const tick = (entityId: string, tickId: number, x: number, activity = 1): EntityTick => ({
  ...{ entityId, tickId, x, y: 0, z: 0, activity, jitter: 0 },
})

describe('a late tick', () => {
  const cuts = cutsOf(layer({ windowTicks: 10 }))

  it('is a correction of the next commit, and changes nothing before', () => {
    const open = emptySpan()
    const [first, second, third] = inputsOf([
      { ticks: [tick('a', 3, 0.5)], watermark: 9 },
      { ticks: [tick('b', 4, 0.5, 2), tick('a', 12, 5.5)], watermark: 19 },
      { ticks: [tick('b', 4, 0.5, 2)], watermark: 29 },
    ]) as [Input, Input, Input]
    const before = advance(open, [first], 9, cuts)
    expect(before).toMatchObject([{ number: 1, epochStart: 1, epochEnd: 9 }])
    const [commit] = advance(open, [second], 19, cuts)
    expect(commit).toMatchObject({ number: 2, epochStart: 10, epochEnd: 19, previousHash: before[0]!.hash })
    expect(commit!.entries).toMatchObject([
      { region: '0:0:0:0', correction: true, count: 1n, lateFrom: 4, lateTo: 4, entityRefs: ['b'] },
      { region: '0:5:0:0', correction: false, count: 1n, lateFrom: 0 },
    ])
    const [alone] = advance(open, [third], 29, cuts)
    expect(alone).toMatchObject({ epochStart: 20, epochEnd: 29, entries: [{ correction: true }] })
  })

  it('of a window that is still open is none', () => {
    const open = emptySpan()
    const inputs = inputsOf([
      { ticks: [tick('a', 5, 0.5)], watermark: 7 },
      { ticks: [tick('a', 4, 0.5)], watermark: 9 },
    ])
    const commits = advance(open, inputs, 9, cuts)
    expect(commits).toMatchObject([{ entries: [{ correction: false, count: 2n }] }])
  })
})

it('figures of an entry are the mean and the variance of its contributions', () => {
  const ticks = [tick('a', 1, 0, 1), tick('b', 1, 0, 2), tick('c', 1, 0, 6)]
  const [commit] = advance(
    openSpan(firstState()),
    inputsOf([{ ticks, watermark: 9 }]),
    9,
    cutsOf({ ...layer({ windowTicks: 10 }), baseWeight: 2 }),
  )
  const { weight, activityMean, activityVar } = figuresOf(commit!.entries[0]!)
  expect([weight, activityMean]).toEqual([18, 3])
  expect(activityVar).toBeCloseTo(14 / 3, 12)
})
