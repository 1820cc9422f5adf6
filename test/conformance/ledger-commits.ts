import fc from 'fast-check'
import { type Commit, type CommitEntry, commitIdOf, hashCommit, noHash } from '#ledger/commit'
import type { LayerKey, ProjectionCell, TileQuery } from '#ledger/ledger-store'
import { compareRegions, isInside, regionAbove } from '#ledger/place'
import type { LayerName } from '#ledger/settings'

/** What a commit of a chain says; the rest follows from the commit before it. */
export interface Span {
  epochStart: number
  epochEnd: number
  windowEnd: number
  entries: CommitEntry[]
}

/** Commits that follow each other in the chain of a shard. */
export const chainOf = (key: LayerKey, shard: string, spans: readonly Span[]): Commit[] => {
  let previousHash = noHash
  return spans.map((span, index) => {
    const number = index + 1
    const commitId = commitIdOf({ worldId: key.worldId, layer: key.layer, shard, ...span })
    const head = { commitId, ...key, shard, number, previousHash, ...span }
    const inputs = { fromInput: number, seenInput: number, committedAt: '2026-11-26T09:00:00.000Z' }
    const commit = { ...head, hash: '', ...inputs }
    previousHash = hashCommit(commit)
    return { ...commit, hash: previousHash }
  })
}

export const entryOf = (region: string, weightSum: bigint, rest: Partial<CommitEntry> = {}): CommitEntry => ({
  region,
  correction: false,
  count: 3n,
  weightSum,
  activitySum: 2n * weightSum,
  activitySquares: weightSum * weightSum,
  entityRefs: [],
  lateFrom: 0,
  lateTo: 0,
  ...rest,
})

/** In the order of (epochEnd, commitId). */
export const inOrder = (commits: readonly Commit[]): Commit[] =>
  commits.toSorted((a, b) => a.epochEnd - b.epochEnd || (a.commitId < b.commitId ? -1 : 1))

/** The cells of a query, computed from all commits one after the other, by the rule alone. */
export const referenceTile = (
  commits: readonly Commit[],
  query: Pick<TileQuery, 'region' | 'after' | 'limit'>,
): ProjectionCell[] => {
  const cells = new Map<string, ProjectionCell>()
  for (const { epochStart, epochEnd, commitId, entries } of inOrder(commits))
    for (const entry of entries) {
      const cell = cells.get(entry.region) ?? emptyCell(entry.region)
      cells.set(entry.region, cell)
      cell.count += entry.count
      cell.weightSum += entry.weightSum
      cell.activitySum += entry.activitySum
      cell.activitySquares += entry.activitySquares
      cell.commitId = commitId
      if (entry.correction) continue
      const isNew = epochStart > cell.epochEnd
      cell.epochStart = isNew ? epochStart : Math.min(cell.epochStart, epochStart)
      cell.epochEnd = Math.max(cell.epochEnd, epochEnd)
      cell.latestWeightSum = entry.weightSum + (isNew ? 0n : cell.latestWeightSum)
    }
  return [...cells.values()]
    .filter(({ region }) => isInside(region, query.region))
    .sort((a, b) => compareRegions(a.region, b.region))
    .filter(({ region }) => query.after === undefined || compareRegions(region, query.after) > 0)
    .slice(0, query.limit)
}

const emptyCell = (region: string): ProjectionCell => ({
  region,
  ...{ epochStart: 0, epochEnd: 0, latestWeightSum: 0n, count: 0n },
  ...{ weightSum: 0n, activitySum: 0n, activitySquares: 0n, commitId: '' },
})

/** Commits of a layer whose cells have one size, and regions to ask for. */
export interface Ledger {
  layer: LayerName
  chains: { shard: string; spans: Span[] }[]
  regions: string[]
}

const sum = fc.oneof(fc.bigInt(0n, 1_000n), fc.bigInt(0n, 2n ** 90n), fc.constant(2n ** 64n))

const entryArbitrary = (regions: readonly string[]): fc.Arbitrary<CommitEntry> =>
  fc.record({
    region: fc.constantFrom(...regions),
    correction: fc.boolean(),
    count: fc.bigInt(1n, 2n ** 40n),
    ...{ weightSum: sum, activitySum: sum, activitySquares: sum },
    entityRefs: fc.uniqueArray(fc.constantFrom('a', 'ä', '🪐', 'long '.repeat(50)), { maxLength: 3 }),
    ...{ lateFrom: fc.constant(0), lateTo: fc.constant(0) },
  })

const windowTicks = 10

/** What one window of a chain has: no span, one, or two. */
const windowArbitrary = (regions: readonly string[]) =>
  fc.record({
    cut: fc.constantFrom(0, 4, windowTicks),
    entries: fc.tuple(entriesArbitrary(regions), entriesArbitrary(regions)),
  })

const entriesArbitrary = (regions: readonly string[]) =>
  fc
    .uniqueArray(entryArbitrary(regions), {
      selector: ({ region, correction }) => `${region} ${correction}`,
      minLength: 1,
      maxLength: 6,
    })
    .map((entries) =>
      entries
        .map((entry) => (entry.correction ? { ...entry, lateFrom: 1, lateTo: 2 } : entry))
        .sort((a, b) => compareRegions(a.region, b.region) || Number(a.correction) - Number(b.correction)),
    )

const chainArbitrary = (regions: readonly string[]): fc.Arbitrary<Span[]> =>
  fc.array(windowArbitrary(regions), { minLength: 1, maxLength: 6 }).map((windows) =>
    windows.flatMap(({ cut, entries: [first, second] }, index): Span[] => {
      const [before, windowEnd] = [index * windowTicks, (index + 1) * windowTicks]
      if (cut === 0) return []
      const whole = { epochStart: before + 1, epochEnd: before + cut, windowEnd, entries: first }
      if (cut === windowTicks) return [whole]
      return [whole, { epochStart: before + cut + 1, epochEnd: windowEnd, windowEnd, entries: second }]
    }),
  )

/** Three shards, one of them inside another one, which was split while it was hot; coordinates on both sides of 0. */
export const ledgerArbitrary: fc.Arbitrary<Ledger> = fc
  .record({
    layer: fc.constantFrom<LayerName>('atomic', 'planetary', 'galactic'),
    cell: fc.constantFrom(-13, -2, 0, 6, 18),
    corner: fc.constantFrom([0, 0, 0], [-4, 12, -4], [-4, -4, 1_000]),
  })
  .chain(({ layer, cell, corner }) => {
    const [x, y, z] = corner as [number, number, number]
    const cells = [0, 1, 2, 3, 5, 7].map(
      (step) => `${cell}:${x + (step & 1)}:${y + ((step >> 1) & 1)}:${z + (step >> 2)}`,
    )
    const far = `${cell}:${x - 4}:${y}:${z}`
    const shard = regionAbove(cells[0]!, cell + 2)
    const part = regionAbove(cells[0]!, cell + 1)
    const shards = [shard, part, regionAbove(far, cell + 2)]
    const inside = (outer: string) => [...cells, far].filter((region) => isInside(region, outer))
    const regions = [...shards, cells[0]!, cells[3]!, far, '*', regionAbove(far, cell + 5)]
    return fc.tuple(...shards.map((outer) => chainArbitrary(inside(outer)))).map((all) => ({
      layer,
      chains: shards.map((name, at) => ({ shard: name, spans: all[at]! })),
      regions,
    }))
  })

/** For crashes: commits of two chains by turns, some with many entries, every one the same each time it is made. */
export const crashCommits = (key: LayerKey): Commit[] => {
  const chains = ['12:0:0:0', '12:-1:0:0'].map((shard, at) => {
    const spans = Array.from({ length: 40 }, (_, index): Span => {
      const [epochStart, epochEnd] = [index * windowTicks + 1, (index + 1) * windowTicks]
      const size = index % 5 === 3 ? 800 : 20
      const names = Array.from({ length: size }, (_, cell) => `0:${cell - at * 4_096}:${index % 7}:0`)
      const refs = size > 20 ? Array.from({ length: 20 }, (_, ref) => `entity number ${ref} of ${index}`) : []
      const entries = names
        .sort(compareRegions)
        .map((region) => entryOf(region, BigInt(index + 1) << 60n, { entityRefs: refs }))
      return { epochStart, epochEnd, windowEnd: epochEnd, entries }
    })
    return chainOf(key, shard, spans)
  })
  return chains[0]!.flatMap((commit, at) => [commit, chains[1]![at]!])
}
