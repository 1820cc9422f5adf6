import { coarsestRegionExponent } from '#octree/region'
import { figuresOf } from './commit.ts'
import type { ProjectionCell } from './ledger-store.ts'
import { everything } from './place.ts'
import { fromQuanta } from './quanta.ts'
import type { CellSize, LayerName, LedgerSettings } from './settings.ts'
import { layerOf } from './windows.ts'

/** A cell of gamma in units, as people and other systems read it. */
export interface GammaCell {
  region: string
  /** The last span with an entry of the cell that is no correction; 0: none yet. */
  epochStart: number
  epochEnd: number
  /** Of that span. */
  weight: number
  /** Of all commits. */
  totalWeight: number
  /** Ticks of bodies, of all commits. */
  count: number
  activity: { mean: number; variance: number }
  /** The last commit with an entry of the cell. */
  commitId: string
}

/** Exact integers, rounded once. */
export const gammaOf = (cell: ProjectionCell): GammaCell => {
  const { region, epochStart, epochEnd, latestWeightSum, count, commitId } = cell
  const { weight: totalWeight, activityMean: mean, activityVar: variance } = figuresOf(cell)
  return {
    ...{ region, epochStart, epochEnd, weight: fromQuanta(latestWeightSum), totalWeight },
    ...{ count: Number(count), activity: { mean, variance }, commitId },
  }
}

/** Of the side of a cell; that of everything is larger than any. See `exponentOf` of regions in cells.ts. */
export const cellExponent = (size: CellSize): number =>
  size === everything ? coarsestRegionExponent + 1 : size

/** Cell sizes that a layer has, and has had. */
export interface LayerCells {
  /** By the last settings that it is in. */
  cell: CellSize
  /** The smallest that its commits may have. */
  finest: CellSize
  /** They have all had one size. */
  isUniform: boolean
}

/** @param settings oldest first. undefined where none of them has such a layer. */
export const layerCells = (name: LayerName, settings: readonly LedgerSettings[]): LayerCells | undefined => {
  const cells = settings.map((one) => layerOf(one, name)?.cell).filter((cell) => cell !== undefined)
  if (cells.length === 0) return undefined
  const finest = cells.reduce((least, cell) => (cellExponent(cell) < cellExponent(least) ? cell : least))
  return { cell: cells.at(-1)!, finest, isUniform: new Set(cells).size === 1 }
}
