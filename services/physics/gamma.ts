import { parseRegion } from '#octree/region'
import type { CommittedEntries } from '#world/event'
import type { WorldSettings } from '#world/settings'
import {
  addCell,
  createTable,
  findCell,
  forgetOld,
  type GammaCells,
  type GammaTable,
  maxGammaCells,
  restoreTable,
} from './gamma-cells.ts'

/**
 * The last committed gamma of the ledger's first layer, as far as bodies act on it: part of the state of a world
 * whose κ (`physics.gammaCoupling`) is not 0, by the commits that its log has had since then.
 */
export interface Gamma extends GammaTable {
  layer: string
  /** A cell's side is 2^cell units. */
  cell: number
}

export type GammaLayer = Pick<Gamma, 'layer' | 'cell'>

/** Which layer's gamma acts on bodies; undefined: none does. One cell that holds everything has no neighbours. */
export const gammaLayerOf = ({ physics, ledger }: WorldSettings): GammaLayer | undefined => {
  const first = ledger.layers[0]
  if (physics.gammaCoupling === 0 || first === undefined || first.cell === '*') return undefined
  return { layer: first.name, cell: first.cell }
}

/** The gamma under other settings: it stays where the layer and its cells do, and else begins anew. */
export const gammaUnder = (settings: WorldSettings, gamma: Gamma | undefined): Gamma | undefined => {
  const wanted = gammaLayerOf(settings)
  if (wanted === undefined) return undefined
  return gamma?.layer === wanted.layer && gamma.cell === wanted.cell ? gamma : createGamma(wanted)
}

export const createGamma = ({ layer, cell }: GammaLayer): Gamma => ({ layer, cell, ...createTable() })

/** @throws Error where the arrays do not belong together. */
export const restoreGamma = ({ layer, cell }: GammaLayer, cells: GammaCells): Gamma => ({
  ...{ layer, cell },
  ...restoreTable(cells),
})

export const gammaBytes = (gamma: Gamma | undefined): number =>
  gamma === undefined
    ? 0
    : gamma.at.byteLength + gamma.weight.byteLength + gamma.epochEnd.byteLength + gamma.slots.byteLength

/**
 * Takes up a commit, by the rule of the projection (layers/ledger/postgres/store-commit.ts): an entry of a span that begins
 * after the cell's latest one takes its place, one of a span that overlaps it adds to it, and a correction belongs to
 * earlier ones. Commits of other layers, and of cells of another size, say nothing. Answers whether anything changed.
 *
 * @throws Error where a commit of the layer comes without its entries.
 */
export const takeUpCommit = (gamma: Gamma, commit: CommittedEntries): boolean => {
  if (commit.layer !== gamma.layer) return false
  const { entries, epochStart, epochEnd } = commit
  if (entries === undefined) throw new Error(`commit ${commit.commitId} comes without its entries`)
  if (gamma.count + entries.length > maxGammaCells) forgetOld(gamma)
  let changes = false
  for (const { region, correction, weight } of entries) {
    if (correction) continue
    const { exponent, x, y, z } = parseRegion(region)
    if (exponent !== gamma.cell) continue
    setCell(gamma, x, y, z, { weight, epochStart, epochEnd })
    changes = true
  }
  return changes
}

const setCell = (
  gamma: Gamma,
  x: number,
  y: number,
  z: number,
  { weight, epochStart, epochEnd }: { weight: number; epochStart: number; epochEnd: number },
): void => {
  const known = findCell(gamma, x, y, z)
  if (known === -1) return addCell(gamma, x, y, z, weight, epochEnd)
  gamma.weight[known] = epochStart > gamma.epochEnd[known] ? weight : gamma.weight[known] + weight
  gamma.epochEnd[known] = Math.max(gamma.epochEnd[known], epochEnd)
}
