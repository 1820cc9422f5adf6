import { address, cellsSlot } from './layout'

/**
 * A cell of the force tree: 112 bytes, children side by side. Its expansion is about its weighted centre, in units
 * of its radius, so that every number of it is about 1 however small or far the cell is.
 */
export const cellBytes: usize = 112

/** f64: weighted centre in world units. */
export const centreX: usize = 0
export const centreY: usize = 8
export const centreZ: usize = 16
/**
 * f32: weight, xx, yy, zz | xy, xz, yz, radius | xxx, xxy, xxz, xyy | xyz, xzz, yyy, yyz | yzz, zzz. No point of the
 * cell is farther from its centre than the radius.
 */
export const multipole: usize = 24
export const radius: usize = 52
/** f32: the least sum of weight / distance^2 over all others anywhere in the cell, roughly. */
export const strength: usize = 96
/** i32: the first of `children` cells; in a leaf its number of bodies, which are more than its points where they coincide. */
export const firstChild: usize = 100
/** i32: the first of `points` points, by rank. */
export const firstPoint: usize = 104
/** u16: points of a leaf or children of an inner cell, and the flags. */
export const size: usize = 108
/** i16: the points' coordinates are kept in units of 2^frame about the centre. */
export const frame: usize = 110

export const innerFlag: u16 = 0x8000
/** The largest cell of few enough bodies: a task for one worker. */
export const taskFlag: u16 = 0x4000
/** A worker has begun the task. */
const claimedFlag: u16 = 0x2000

export function isInner(cell: usize): bool {
  return (load<u16>(cell, size) & innerFlag) !== 0
}

export function isTask(cell: usize): bool {
  return (load<u16>(cell, size) & taskFlag) !== 0
}

/** Whether this worker is the first to ask for the task. */
export function claimTask(cell: usize): bool {
  return (atomic.or<u16>(cell + size, claimedFlag) & claimedFlag) === 0
}

/** Children of an inner cell, points of a leaf. */
export function sizeOf(cell: usize): i32 {
  return load<u16>(cell, size) & 0x1fff
}

export function childrenOf(cell: usize): usize {
  return address(cellsSlot) + <usize>load<i32>(cell, firstChild) * cellBytes
}

/** The rank after the last body of the cell. */
export function endOf(cell: usize): i32 {
  while (isInner(cell)) cell = childrenOf(cell) + <usize>(sizeOf(cell) - 1) * cellBytes
  return load<i32>(cell, firstPoint) + load<i32>(cell, firstChild)
}
