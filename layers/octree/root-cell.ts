import { cellSide, commonExponent, exponentOf, finestExponent, gridCell, powerOfTwo } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { type KeyRoot, keyLevels } from './morton.ts'

/** The cell that a range of bodies is sorted in. */
export interface RootCell extends KeyRoot {
  /** The root is not one cell but the eight that meet at the origin; the side is that of all eight. */
  straddlesOrigin: boolean
}

/** A key's last bit must not be finer than the finest cell. */
const leastExponent = finestExponent + keyLevels

/** Cells along the side of a root at the last bit of its keys. */
const cellsAcross = powerOfTwo(keyLevels)

/**
 * Finds the smallest cell of the absolute grid that holds the bodies at ranks `from` to `to - 1`, at least
 * one. Where they lie on both sides of an origin plane no cell does: then the smallest eight equal cells
 * around the origin that do. An exponent of `finestExponent` means that the bodies coincide.
 *
 * @param root overwritten; an argument because a clustered world sorts in 100,000 ranges and more.
 */
export function locateRoot(
  { x, y, z }: BodyArrays,
  order: Uint32Array,
  from: number,
  to: number,
  root: RootCell,
): void {
  let lowX = x[order[from]]
  let lowY = y[order[from]]
  let lowZ = z[order[from]]
  let highX = lowX
  let highY = lowY
  let highZ = lowZ
  for (let rank = from + 1; rank < to; rank++) {
    const body = order[rank]
    const px = x[body]
    const py = y[body]
    const pz = z[body]
    if (px < lowX) lowX = px
    else if (px > highX) highX = px
    if (py < lowY) lowY = py
    else if (py > highY) highY = py
    if (pz < lowZ) lowZ = pz
    else if (pz > highZ) highZ = pz
  }
  const common = Math.max(
    commonExponent(lowX, highX),
    commonExponent(lowY, highY),
    commonExponent(lowZ, highZ),
  )
  if (common === Number.POSITIVE_INFINITY) {
    placeAroundOrigin(root, Math.min(lowX, lowY, lowZ), Math.max(highX, highY, highZ))
  } else {
    placeCell(root, common, lowX, lowY, lowZ)
  }
}

function placeCell(root: RootCell, common: number, x: number, y: number, z: number): void {
  root.straddlesOrigin = false
  root.exponent = common === finestExponent ? common : Math.max(common, leastExponent)
  const cellsPerUnit = 1 / cellSide(root.exponent)
  root.x = gridCell(x, cellsPerUnit) * cellsAcross
  root.y = gridCell(y, cellsPerUnit) * cellsAcross
  root.z = gridCell(z, cellsPerUnit) * cellsAcross
}

/** Takes the smallest [-2^E, 2^E) that holds the lowest and the highest coordinate. */
function placeAroundOrigin(root: RootCell, low: number, high: number): void {
  let half = Math.max(exponentOf(low), exponentOf(high), leastExponent - 1)
  while (low < -cellSide(half) || high >= cellSide(half)) half++
  root.straddlesOrigin = true
  root.exponent = half + 1
  root.x = root.y = root.z = -cellsAcross / 2
}
