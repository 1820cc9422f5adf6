import type { CommitEntry } from '../commit.ts'

/** Where an entry comes from. */
export interface EntryOrigin {
  /** 0: of the world itself; larger: of an ancestor so far away. */
  generation: number
  commitId: string
  shard: string
  number: number
  epochStart: number
  epochEnd: number
  windowEnd: number
}

/** The entry of a span in a cell's newest window. */
interface SpanWeight {
  shard: string
  number: number
  start: number
  end: number
  weight: bigint
}

/** What entries of one cell come to, in whatever order they are added. */
export interface CellSums {
  count: bigint
  weightSum: bigint
  activitySum: bigint
  activitySquares: bigint
  /** The last commit of each chain that has an entry of it, those of the youngest world that has any. */
  last: Map<string, EntryOrigin>
  /** Entries of the newest window that has one which is no correction. */
  newest: { generation: number; windowEnd: number; spans: SpanWeight[] } | undefined
}

const emptyCell = (): CellSums => ({
  ...{ count: 0n, weightSum: 0n, activitySum: 0n, activitySquares: 0n },
  ...{ last: new Map(), newest: undefined },
})

/** Adds an entry to its cell. @param cells by their regions. */
export const addToCell = (cells: Map<string, CellSums>, entry: CommitEntry, origin: EntryOrigin): void => {
  let cell = cells.get(entry.region)
  if (cell === undefined) cells.set(entry.region, (cell = emptyCell()))
  cell.count += entry.count
  cell.weightSum += entry.weightSum
  cell.activitySum += entry.activitySum
  cell.activitySquares += entry.activitySquares
  addToLast(cell.last, origin)
  if (!entry.correction) addToNewest(cell, entry, origin)
}

const addToLast = (last: Map<string, EntryOrigin>, origin: EntryOrigin): void => {
  const [other] = last.values()
  if (other !== undefined && origin.generation > other.generation) return
  if (other !== undefined && origin.generation < other.generation) last.clear()
  const before = last.get(origin.shard)
  if (before === undefined || origin.number > before.number) last.set(origin.shard, origin)
}

// spans of different windows never overlap, so that the latest one is made of those of the newest window
const addToNewest = (cell: CellSums, { weightSum }: CommitEntry, origin: EntryOrigin): void => {
  const { generation, windowEnd, shard, number, epochStart: start, epochEnd: end } = origin
  const { newest } = cell
  const isNewer =
    newest === undefined ||
    generation < newest.generation ||
    (generation === newest.generation && windowEnd > newest.windowEnd)
  if (isNewer) cell.newest = { generation, windowEnd, spans: [] }
  else if (generation !== newest.generation || windowEnd !== newest.windowEnd) return
  cell.newest!.spans.push({ shard, number, start, end, weight: weightSum })
}

/** What gamma says of the last span of a cell. */
export interface LatestSpan {
  epochStart: number
  epochEnd: number
  weight: bigint
}

/** Orders of more spans than these, of several chains, are not all tried. */
const maxInterleaved = 12

/**
 * Whether that can be the latest span of a cell, by the rule of postgres/store-commit.ts. The spans of one chain were
 * added in their order; those of shards that split within a window, in any order between chains.
 */
export const canBeLatest = ({ newest }: CellSums, claimed: LatestSpan): boolean => {
  if (newest === undefined) return isSame({ epochStart: 0, epochEnd: 0, weight: 0n }, claimed)
  const chains = [...Map.groupBy(newest.spans, ({ shard }) => shard).values()].map((spans) =>
    spans.toSorted((a, b) => a.number - b.number),
  )
  if (chains.length > 1 && newest.spans.length > maxInterleaved) return true
  return someOrder(chains, { epochStart: 0, epochEnd: 0, weight: 0n }, claimed)
}

const isSame = (a: LatestSpan, b: LatestSpan): boolean =>
  a.epochStart === b.epochStart && a.epochEnd === b.epochEnd && a.weight === b.weight

const someOrder = (
  chains: readonly (readonly SpanWeight[])[],
  latest: LatestSpan,
  claimed: LatestSpan,
): boolean => {
  const left = chains.filter(({ length }) => length > 0)
  if (left.length === 0) return isSame(latest, claimed)
  return left.some((chain) => {
    const others = left.filter((other) => other !== chain)
    return someOrder([...others, chain.slice(1)], withSpan(latest, chain[0]!), claimed)
  })
}

const withSpan = (latest: LatestSpan, { start, end, weight }: SpanWeight): LatestSpan => {
  if (end < latest.epochStart) return latest
  if (start > latest.epochEnd) return { epochStart: start, epochEnd: end, weight }
  return {
    epochStart: Math.min(latest.epochStart, start),
    epochEnd: Math.max(latest.epochEnd, end),
    weight: latest.weight + weight,
  }
}
