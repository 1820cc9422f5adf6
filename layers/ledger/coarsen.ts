import { type Cell, type Cells, exponentOf, projectionOf } from './cells.ts'
import { cellExponent } from './gamma.ts'
import type { ProjectionCell, TileQuery } from './ledger-store.ts'
import { isInside, placeOf, regionAbove } from './place.ts'
import type { CellSize } from './settings.ts'

interface Part {
  own: ProjectionCell
  /** Where the commit that is named ends. */
  commitEnd: number
}

/**
 * Cells of a size from smaller ones; larger ones stay whole. As `readCoarseGamma` has it: the newest span of a cell is the
 * newest of those inside, with all that overlap it.
 */
export const coarsen = (cells: Cells, size: CellSize, query: TileQuery): ProjectionCell[] => {
  const groups = new Map<string, Part[]>()
  for (const [region, cell] of cells) {
    const name = exponentOf(region) > cellExponent(size) ? region : regionAbove(region, size)
    const parts = groups.get(name)
    if (parts === undefined) groups.set(name, [partOf(region, cell)])
    else parts.push(partOf(region, cell))
  }
  const from = query.after === undefined ? '' : orderOf(query.after)
  return [...groups.keys()]
    .filter((region) => isInside(region, query.region))
    .map((region) => ({ region, order: orderOf(region) }))
    .filter(({ order }) => order > from)
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, query.limit)
    .map(({ region }) => together(region, groups.get(region)!))
}

const partOf = (region: string, cell: Cell): Part => ({
  own: projectionOf(region, cell),
  commitEnd: cell.commitEnd,
})

/** Texts in the order of `compareRegions`. */
const orderOf = (region: string): string =>
  `${placeOf(region).toString('hex')}${String(99 - exponentOf(region)).padStart(3, '0')}`

const together = (region: string, parts: readonly Part[]): ProjectionCell => {
  const spans = parts.map(({ own }) => own).filter(({ epochEnd }) => epochEnd > 0)
  const epochEnd = spans.reduce((most, span) => Math.max(most, span.epochEnd), 0)
  const start = spans
    .filter((span) => span.epochEnd === epochEnd)
    .reduce((least, { epochStart }) => Math.min(least, epochStart), epochEnd)
  const latest = spans.filter((span) => span.epochEnd >= start)
  const sum = (of: (cell: ProjectionCell) => bigint) => parts.reduce((total, { own }) => total + of(own), 0n)
  return {
    ...{
      region,
      epochEnd,
      epochStart: latest.reduce((least, { epochStart }) => Math.min(least, epochStart), epochEnd),
    },
    latestWeightSum: latest.reduce((total, { latestWeightSum }) => total + latestWeightSum, 0n),
    count: sum(({ count }) => count),
    weightSum: sum(({ weightSum }) => weightSum),
    activitySum: sum(({ activitySum }) => activitySum),
    activitySquares: sum(({ activitySquares }) => activitySquares),
    commitId: parts.reduce(later).own.commitId,
  }
}

const later = (a: Part, b: Part): Part => {
  const isLater = a.commitEnd === b.commitEnd ? a.own.commitId > b.own.commitId : a.commitEnd > b.commitEnd
  return isLater ? a : b
}
