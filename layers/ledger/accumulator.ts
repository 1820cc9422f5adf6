import { gridCell, powerOfTwo } from '#octree/binary64'
import type { FileArray } from '#platform/arrays/array-file'
import {
  allocateIds,
  compareIds,
  type IdTable,
  idLength,
  idStart,
  idString,
  idTableBytes,
} from '#platform/arrays/id-table'
import { type CommitEntry, maxEntityRefs } from './commit.ts'
import { createPairSet, type PairSet, pairSetBytes } from './pair-set.ts'
import { everything, placeOf, regionAbove } from './place.ts'
import { toQuanta } from './quanta.ts'
import type { CellSize } from './settings.ts'
import { addBig, addNumber, allocatePairs, growPairs, type Pairs, sumOf } from './sums.ts'
import { internBytes, internId, type TickRows } from './tick-rows.ts'

/**
 * What has been added up of a span: for each region of the layer's cell size, and apart from it for its corrections,
 * exact integer sums and which entities contributed. Merging, order and split of what is added do not matter.
 */
export interface Accumulator {
  cell: CellSize
  /** Regions that have sums; row 0 is the sum over all of them. */
  count: number
  x: Float64Array
  y: Float64Array
  z: Float64Array
  /** 1: of corrections. */
  correction: Uint8Array
  contributions: Pairs
  weight: Pairs
  activity: Pairs
  /** Squares of a·2^25 + b: a², ab and b² apart, each below 2^50. */
  highSquares: Pairs
  mixedSquares: Pairs
  lowSquares: Pairs
  lateFrom: Float64Array
  lateTo: Float64Array
  /** Open addressing: row, or 0 for an empty slot. */
  slots: Int32Array
  ids: IdTable
  /** Which entity contributed to which row. */
  members: PairSet
}

const pairColumns = [
  'contributions',
  'weight',
  'activity',
  'highSquares',
  'mixedSquares',
  'lowSquares',
] as const
const plainColumns = ['x', 'y', 'z', 'lateFrom', 'lateTo'] as const

export const createAccumulator = (cell: CellSize, capacity = 64): Accumulator => {
  const pairs = Object.fromEntries(pairColumns.map((name) => [name, allocatePairs(capacity)]))
  const plain = Object.fromEntries(plainColumns.map((name) => [name, new Float64Array(capacity)]))
  return {
    ...(pairs as Pick<Accumulator, (typeof pairColumns)[number]>),
    ...(plain as Pick<Accumulator, (typeof plainColumns)[number]>),
    ...{ cell, count: 1, correction: new Uint8Array(capacity), slots: new Int32Array(4 * capacity) },
    ...{ ids: allocateIds(), members: createPairSet() },
  }
}

/** The columns of its rows, to be kept; those of pairs as their high and low parts. */
export const columnsOf = (accumulator: Accumulator): Record<string, FileArray> => {
  const { count, correction } = accumulator
  const columns: Record<string, FileArray> = { correction: correction.subarray(0, count) }
  for (const name of plainColumns) columns[name] = accumulator[name].subarray(0, count)
  for (const name of pairColumns) {
    columns[`${name}High`] = accumulator[name].high.subarray(0, count)
    columns[`${name}Low`] = accumulator[name].low.subarray(0, count)
  }
  return columns
}

/** The accumulator of `columnsOf`, whose arrays it takes over, with its ids and members. */
export const restoreAccumulator = (
  cell: CellSize,
  count: number,
  arrays: Record<string, FileArray>,
  ids: IdTable,
): Accumulator => {
  const accumulator = createAccumulator(cell, powerOfTwoAbove(count))
  accumulator.correction.set(arrays.correction as Uint8Array)
  for (const name of plainColumns) accumulator[name].set(arrays[name] as Float64Array)
  for (const name of pairColumns) {
    accumulator[name].high.set(arrays[`${name}High`] as Float64Array)
    accumulator[name].low.set(arrays[`${name}Low`] as Float64Array)
  }
  for (let row = 1; row < count; row++) occupy(accumulator, row)
  return { ...accumulator, count, ids, members: createPairSet(arrays.members as Int32Array) }
}

const powerOfTwoAbove = (count: number): number => {
  let power = 64
  while (power < count) power *= 2
  return power
}

export const isEmpty = ({ count }: Accumulator): boolean => count === 1

export const accumulatorBytes = (accumulator: Accumulator): number =>
  accumulator.x.length * (8 * (2 * pairColumns.length + plainColumns.length) + 1) +
  accumulator.slots.byteLength +
  idTableBytes(accumulator.ids) +
  pairSetBytes(accumulator.members)

/** Adds the rows `from` up to but without `to`. @param weightOf quanta of a contribution, of its activity. */
export const addRows = (
  accumulator: Accumulator,
  rows: TickRows,
  from: number,
  to: number,
  weightOf: (activity: number) => number,
  correction: boolean,
): void => {
  const { cell } = accumulator
  const cellsPerUnit = cell === everything ? 0 : powerOfTwo(-cell)
  const entities = new Int32Array(rows.ids.count).fill(-1)
  const late = correction ? 1 : 0
  for (let row = from; row < to; row++) {
    const x = cellsPerUnit === 0 ? 0 : gridCell(rows.x[row]!, cellsPerUnit)
    const y = cellsPerUnit === 0 ? 0 : gridCell(rows.y[row]!, cellsPerUnit)
    const z = cellsPerUnit === 0 ? 0 : gridCell(rows.z[row]!, cellsPerUnit)
    const at = rowOf(accumulator, x, y, z, late)
    const activity = rows.activity[row]!
    contribute(accumulator, at, weightOf(activity), toQuanta(activity))
    if (correction) extendLate(accumulator, at, rows.tick[row]!, rows.tick[row]!)
    const entity = rows.entity[row]!
    if (entities[entity] === -1) entities[entity] = internOf(accumulator.ids, rows.ids, entity)
    accumulator.members.add(at, entities[entity]!)
  }
}

const internOf = (to: IdTable, from: IdTable, index: number): number =>
  internBytes(to, from.arena, idStart(from, index), idLength(from, index))

const half = 2 ** 25

const contribute = (accumulator: Accumulator, row: number, weight: number, activity: number): void => {
  const { contributions, highSquares, mixedSquares, lowSquares } = accumulator
  const high = Math.floor(activity / half)
  const low = activity - high * half
  for (const at of [row, 0]) {
    addNumber(contributions, at, 1)
    addNumber(accumulator.weight, at, weight)
    addNumber(accumulator.activity, at, activity)
    addNumber(lowSquares, at, low * low)
    if (high === 0) continue
    addNumber(highSquares, at, high * high)
    addNumber(mixedSquares, at, high * low)
  }
}

/** Adds entries that a layer of finer cells committed. */
export const addEntries = (accumulator: Accumulator, entries: readonly CommitEntry[]): void => {
  for (const entry of entries) {
    const [x, y, z] = cellAbove(entry.region, accumulator.cell)
    const row = rowOf(accumulator, x, y, z, entry.correction ? 1 : 0)
    for (const at of [row, 0]) {
      addBig(accumulator.contributions, at, entry.count)
      addBig(accumulator.weight, at, entry.weightSum)
      addBig(accumulator.activity, at, entry.activitySum)
      addBig(accumulator.highSquares, at, entry.activitySquares >> 50n)
      addBig(accumulator.lowSquares, at, entry.activitySquares & lowSquareMask)
    }
    if (entry.correction) extendLate(accumulator, row, entry.lateFrom, entry.lateTo)
    for (const ref of entry.entityRefs) accumulator.members.add(row, internId(accumulator.ids, ref))
  }
}

const lowSquareMask = (1n << 50n) - 1n

const cellAbove = (region: string, cell: CellSize): [number, number, number] => {
  if (cell === everything) return [0, 0, 0]
  const [, x, y, z] = regionAbove(region, cell).split(':').map(Number) as [number, number, number, number]
  return [x, y, z]
}

const extendLate = ({ lateFrom, lateTo }: Accumulator, row: number, from: number, to: number): void => {
  lateFrom[row] = lateFrom[row] === 0 ? from : Math.min(lateFrom[row]!, from)
  lateTo[row] = Math.max(lateTo[row]!, to)
}

const hashCell = (x: number, y: number, z: number, late: number): number => {
  let hash = Math.imul(x | 0, 0x9e3779b1) ^ Math.imul(Math.floor(x / 2 ** 32), 0x27d4eb2f)
  hash = Math.imul(hash ^ (y | 0), 0x85ebca6b) ^ Math.imul(Math.floor(y / 2 ** 32), 0x165667b1)
  hash = Math.imul(hash ^ (z | 0), 0xc2b2ae35) ^ Math.imul(Math.floor(z / 2 ** 32), 0x2545f491)
  hash = Math.imul(hash ^ (hash >>> 15) ^ late, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** The row of a region, which is added where it is new. */
const rowOf = (accumulator: Accumulator, x: number, y: number, z: number, late: number): number => {
  const mask = accumulator.slots.length - 1
  let slot = hashCell(x, y, z, late) & mask
  for (let row = accumulator.slots[slot]!; row !== 0; row = accumulator.slots[slot]!) {
    if (
      accumulator.x[row] === x &&
      accumulator.y[row] === y &&
      accumulator.z[row] === z &&
      accumulator.correction[row] === late
    )
      return row
    slot = (slot + 1) & mask
  }
  return addRow(accumulator, x, y, z, late)
}

const addRow = (accumulator: Accumulator, x: number, y: number, z: number, late: number): number => {
  if (accumulator.count === accumulator.x.length) grow(accumulator)
  const row = accumulator.count++
  accumulator.x[row] = x
  accumulator.y[row] = y
  accumulator.z[row] = z
  accumulator.correction[row] = late
  occupy(accumulator, row)
  return row
}

const occupy = ({ slots, x, y, z, correction }: Accumulator, row: number): void => {
  const mask = slots.length - 1
  let slot = hashCell(x[row]!, y[row]!, z[row]!, correction[row]!) & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  slots[slot] = row
}

const grow = (accumulator: Accumulator): void => {
  const capacity = 2 * accumulator.x.length
  for (const name of pairColumns) growPairs(accumulator[name], capacity)
  for (const name of plainColumns) {
    const larger = new Float64Array(capacity)
    larger.set(accumulator[name])
    accumulator[name] = larger
  }
  const correction = new Uint8Array(capacity)
  correction.set(accumulator.correction)
  accumulator.correction = correction
  accumulator.slots = new Int32Array(4 * capacity)
  for (let row = 1; row < accumulator.count; row++) occupy(accumulator, row)
}

type Sums = Pick<CommitEntry, 'count' | 'weightSum' | 'activitySum' | 'activitySquares'>

const sumsOf = (accumulator: Accumulator, row: number): Sums => ({
  count: sumOf(accumulator.contributions, row),
  weightSum: sumOf(accumulator.weight, row),
  activitySum: sumOf(accumulator.activity, row),
  activitySquares:
    (sumOf(accumulator.highSquares, row) << 50n) +
    (sumOf(accumulator.mixedSquares, row) << 26n) +
    sumOf(accumulator.lowSquares, row),
})

/** Over all regions. */
export const totalOf = (accumulator: Accumulator): Sums => sumsOf(accumulator, 0)

/** What a commit says of the regions, in its order. */
export const entriesOf = (accumulator: Accumulator): CommitEntry[] => {
  const refs = refsByRow(accumulator)
  const entries: CommitEntry[] = []
  for (let row = 1; row < accumulator.count; row++) {
    const { cell, x, y, z, lateFrom, lateTo } = accumulator
    entries.push({
      region: cell === everything ? everything : `${cell}:${x[row]}:${y[row]}:${z[row]}`,
      correction: accumulator.correction[row] === 1,
      ...sumsOf(accumulator, row),
      entityRefs: refs[row] ?? [],
      ...{ lateFrom: lateFrom[row]!, lateTo: lateTo[row]! },
    })
  }
  return sortEntries(entries)
}

/** All have the accumulator's cell size. Each place is made once: by `compareRegions` it took 125 ms for 2,000 entries. */
const sortEntries = (entries: CommitEntry[]): CommitEntry[] => {
  const placed = entries.map((entry) => ({ entry, place: placeOf(entry.region) }))
  placed.sort(
    (a, b) => Buffer.compare(a.place, b.place) || Number(a.entry.correction) - Number(b.entry.correction),
  )
  return placed.map(({ entry }) => entry)
}

/** The first ids of each row by their bytes. */
const refsByRow = ({ ids, members, count }: Accumulator): string[][] => {
  const byRow: number[][] = Array.from({ length: count }, () => [])
  members.forEach((row, entity) => {
    byRow[row]!.push(entity)
  })
  return byRow.map((some) =>
    some
      .sort((a, b) => compareIds(ids, a, b))
      .slice(0, maxEntityRefs)
      .map((entity) => idString(ids, entity)),
  )
}
