import type { Commit } from './commit.ts'
import type { ProjectionCell, TileQuery } from './ledger-store.ts'
import { placeOf } from './place.ts'

/** An entry of a cell that is no correction. */
export interface CellSpan {
  epochStart: number
  epochEnd: number
  commitId: string
  weightSum: bigint
}

/**
 * What commits say of one cell, such that parts that were added up in any order make the same whole. Spans lie each in
 * one window, so those of the last window are enough to tell which are the latest.
 */
export interface Cell {
  count: bigint
  weightSum: bigint
  activitySum: bigint
  activitySquares: bigint
  /** The last commit in the order of (epochEnd, commitId), and where it ends. */
  commitId: string
  commitEnd: number
  /** The last window with a span; 0: none has one. */
  windowEnd: number
  /** Its spans, in the order of (epochEnd, commitId). */
  spans: CellSpan[]
}

export type Cells = Map<string, Cell>

/** Adds the entries of a commit to their cells. */
export const addCommit = (cells: Cells, commit: Commit): void => {
  const { epochStart, epochEnd, commitId, windowEnd } = commit
  for (const { region, correction, count, weightSum, activitySum, activitySquares } of commit.entries) {
    const sums = { count, weightSum, activitySum, activitySquares }
    const spans = correction ? [] : [{ epochStart, epochEnd, commitId, weightSum }]
    const cell = { ...sums, commitId, commitEnd: epochEnd, windowEnd: correction ? 0 : windowEnd, spans }
    addCell(cells, region, cell)
  }
}

/** Adds what other commits say of a cell. */
export const addCell = (cells: Cells, region: string, cell: Cell): void => {
  const before = cells.get(region)
  cells.set(region, before === undefined ? cell : mergeCells(before, cell))
}

export const mergeCells = (a: Cell, b: Cell): Cell => {
  const isLater = order(a.commitEnd, a.commitId, b.commitEnd, b.commitId) > 0
  const { commitId, commitEnd } = isLater ? a : b
  const latest = a.windowEnd > b.windowEnd ? a : b
  const spans = a.windowEnd === b.windowEnd ? [...a.spans, ...b.spans].sort(compareSpans) : latest.spans
  return {
    count: a.count + b.count,
    weightSum: a.weightSum + b.weightSum,
    activitySum: a.activitySum + b.activitySum,
    activitySquares: a.activitySquares + b.activitySquares,
    ...{ commitId, commitEnd, windowEnd: latest.windowEnd, spans },
  }
}

const order = (endA: number, idA: string, endB: number, idB: string): number =>
  endA - endB || (idA < idB ? -1 : idA > idB ? 1 : 0)

const compareSpans = (a: CellSpan, b: CellSpan): number =>
  order(a.epochEnd, a.commitId, b.epochEnd, b.commitId)

/** A span that begins after the latest one takes its place, one that overlaps it adds to it. */
export const projectionOf = (region: string, cell: Cell): ProjectionCell => {
  const { count, weightSum, activitySum, activitySquares, commitId } = cell
  let [epochStart, epochEnd, latestWeightSum] = [0, 0, 0n]
  for (const span of cell.spans) {
    const isNew = span.epochStart > epochEnd
    epochStart = isNew ? span.epochStart : Math.min(epochStart, span.epochStart)
    latestWeightSum = isNew ? span.weightSum : latestWeightSum + span.weightSum
    epochEnd = span.epochEnd
  }
  const latest = { epochStart, epochEnd, latestWeightSum }
  return { region, ...latest, count, weightSum, activitySum, activitySquares, commitId }
}

export const defaultTileCells = 10_000

/** Cells of the region of a query: those that it asks for, in the order of their regions. */
export const tileOf = (
  cells: Cells,
  { limit = defaultTileCells, after }: Pick<TileQuery, 'limit' | 'after'>,
): ProjectionCell[] => {
  const from = after === undefined ? undefined : sortKey(after)
  return [...cells.keys()]
    .map((region) => ({ region, key: sortKey(region) }))
    .filter(({ key }) => from === undefined || key > from)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, limit)
    .map(({ region }) => projectionOf(region, cells.get(region)!))
}

/** Texts in the order of `compareRegions`. */
const sortKey = (region: string): string =>
  placeOf(region).toString('hex') + String(99 - exponentOf(region)).padStart(3, '0')

/** Of the side of a region; that of everything is larger than any. */
export const exponentOf = (region: string): number =>
  region === '*' ? 41 : Number(region.slice(0, region.indexOf(':')))
