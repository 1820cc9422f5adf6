/** Weights of cells, dense 0 to count - 1, in no order that counts; 40 bytes a cell and 16 for finding it. */
export interface GammaTable extends GammaCells {
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

const firstRoom = 64

export const createTable = (): GammaTable => ({
  count: 0,
  at: new Float64Array(3 * firstRoom),
  weight: new Float64Array(firstRoom),
  epochEnd: new Float64Array(firstRoom),
  slots: new Int32Array(2 * firstRoom),
})

/** @throws Error where the arrays do not belong together. */
export const restoreTable = ({ count, at, weight, epochEnd }: GammaCells): GammaTable => {
  if (at.length !== 3 * count || weight.length !== count || epochEnd.length !== count)
    throw new Error(`the gamma of ${count} cells has arrays of another length`)
  const table = { count, at, weight, epochEnd, slots: new Int32Array(0) }
  index(table)
  return table
}

/** A copy, of exactly the length that is used. */
export const cutCells = ({ count, at, weight, epochEnd }: GammaCells): GammaCells => ({
  count,
  at: at.slice(0, 3 * count),
  weight: weight.slice(0, count),
  epochEnd: epochEnd.slice(0, count),
})

/** A cell that is not known yet; one more than `maxGammaCells` is not taken up. */
export const addCell = (
  gamma: GammaTable,
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
export const findCell = ({ at, slots }: GammaTable, x: number, y: number, z: number): number => {
  const mask = slots.length - 1
  for (let slot = slotOf(x, y, z) & mask; ; slot = (slot + 1) & mask) {
    const cell = slots[slot] - 1
    if (cell === -1) return -1
    if (at[3 * cell] === x && at[3 * cell + 1] === y && at[3 * cell + 2] === z) return cell
  }
}

const freeSlot = ({ slots }: GammaTable, x: number, y: number, z: number): number => {
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
const index = (gamma: GammaTable): void => {
  let slots = 2 * firstRoom
  while (slots < 2 * gamma.weight.length) slots *= 2
  gamma.slots = new Int32Array(slots)
  for (let cell = 0; cell < gamma.count; cell++) {
    const [x, y, z] = gamma.at.subarray(3 * cell, 3 * cell + 3)
    gamma.slots[freeSlot(gamma, x!, y!, z!)] = cell + 1
  }
}

const makeRoom = (gamma: GammaTable): void => {
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
export const forgetOld = (gamma: GammaTable): void => {
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
