import { parseRegion } from '#octree/region'
import type { CommittedEntries } from '#world/event'
import type { WorldSettings } from '#world/settings'

/**
 * The last committed gamma of the ledger's first layer, as far as bodies act on it: part of the state of a world
 * whose κ (`physics.gammaCoupling`) is not 0, by the commits that its log has had since then. Dense 0 to count - 1, in no
 * order that counts; 40 bytes a cell and 16 for finding it.
 */
export interface Gamma extends GammaCells {
  layer: string
  /** A cell's side is 2^cell units. */
  cell: number
  /** Open addressing by coordinates: 0, or one more than an index. */
  slots: Int32Array
}

/** What is kept of cells, and hashed. */
export interface GammaCells {
  count: number
  /** Coordinates of each cell, three a cell: floor(p / 2^cell). */
  at: Float64Array
  /** Of the latest span. */
  weight: Float64Array
  /** Last tick of that span. */
  epochEnd: Float64Array
}

/** Cells at most: where a commit may bring more, those go first that were not committed anew for the longest time. */
export const maxGammaCells = 2 ** 20

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

const firstRoom = 64

export const createGamma = ({ layer, cell }: GammaLayer): Gamma => ({
  ...{ layer, cell, count: 0 },
  at: new Float64Array(3 * firstRoom),
  weight: new Float64Array(firstRoom),
  epochEnd: new Float64Array(firstRoom),
  slots: new Int32Array(2 * firstRoom),
})

/** @throws Error where the arrays do not belong together. */
export const restoreGamma = ({ layer, cell }: GammaLayer, cells: GammaCells): Gamma => {
  const { count, at, weight, epochEnd } = cells
  if (at.length !== 3 * count || weight.length !== count || epochEnd.length !== count)
    throw new Error(`the gamma of ${count} cells has arrays of another length`)
  const gamma: Gamma = { ...createGamma({ layer, cell }), count, at, weight, epochEnd }
  index(gamma)
  return gamma
}

/** A copy, of exactly the length that is used. */
export const cutGamma = ({ count, at, weight, epochEnd }: GammaCells): GammaCells => ({
  count,
  at: at.slice(0, 3 * count),
  weight: weight.slice(0, count),
  epochEnd: epochEnd.slice(0, count),
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

/** A cell that is not known yet; one more than `maxGammaCells` is not taken up. */
export const addCell = (
  gamma: Gamma,
  x: number,
  y: number,
  z: number,
  weight: number,
  epochEnd: number,
): void => {
  if (gamma.count >= maxGammaCells) return
  if (gamma.count === gamma.weight.length) makeRoom(gamma)
  const { at, count } = gamma
  at[3 * count] = x
  at[3 * count + 1] = y
  at[3 * count + 2] = z
  gamma.weight[count] = weight
  gamma.epochEnd[count] = epochEnd
  gamma.slots[freeSlot(gamma, x, y, z)] = count + 1
  gamma.count++
}

/** Index of the cell; -1 where there is none. */
export const findCell = ({ at, slots }: Gamma, x: number, y: number, z: number): number => {
  const mask = slots.length - 1
  for (let slot = slotOf(x, y, z) & mask; ; slot = (slot + 1) & mask) {
    const cell = slots[slot] - 1
    if (cell === -1) return -1
    if (at[3 * cell] === x && at[3 * cell + 1] === y && at[3 * cell + 2] === z) return cell
  }
}

const freeSlot = ({ slots }: Gamma, x: number, y: number, z: number): number => {
  const mask = slots.length - 1
  let slot = slotOf(x, y, z) & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  return slot
}

/** Of whole numbers up to 2^53 the lower 32 bits count. */
const slotOf = (x: number, y: number, z: number): number => {
  const mixed = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(z, 0xc2b2ae3d)
  return mixed ^ (mixed >>> 15)
}

/** Every cell into slots of its own: at least two for each there is room for. */
const index = (gamma: Gamma): void => {
  let slots = 2 * firstRoom
  while (slots < 2 * gamma.weight.length) slots *= 2
  gamma.slots = new Int32Array(slots)
  for (let cell = 0; cell < gamma.count; cell++) {
    const [x, y, z] = gamma.at.subarray(3 * cell, 3 * cell + 3)
    gamma.slots[freeSlot(gamma, x!, y!, z!)] = cell + 1
  }
}

const makeRoom = (gamma: Gamma): void => {
  const room = Math.min(Math.max(2 * gamma.count, firstRoom), maxGammaCells)
  gamma.at = lengthened(gamma.at, 3 * room)
  gamma.weight = lengthened(gamma.weight, room)
  gamma.epochEnd = lengthened(gamma.epochEnd, room)
  index(gamma)
}

const lengthened = (array: Float64Array, length: number): Float64Array => {
  const longer = new Float64Array(length)
  longer.set(array)
  return longer
}

/** Drops the cells whose last span lies in the older half of the time that all of them span. */
const forgetOld = (gamma: Gamma): void => {
  const { at, weight, epochEnd, count } = gamma
  let oldest = Number.POSITIVE_INFINITY
  let newest = 0
  for (let cell = 0; cell < count; cell++) {
    oldest = Math.min(oldest, epochEnd[cell])
    newest = Math.max(newest, epochEnd[cell])
  }
  let kept = 0
  for (let cell = 0; cell < count; cell++) {
    if (epochEnd[cell] - oldest < newest - epochEnd[cell]) continue
    at.copyWithin(3 * kept, 3 * cell, 3 * cell + 3)
    weight[kept] = weight[cell]
    epochEnd[kept] = epochEnd[cell]
    kept++
  }
  gamma.count = kept
  index(gamma)
}
