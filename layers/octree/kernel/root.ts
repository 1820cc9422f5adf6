import { commonExponent, exponentOf, finestExponent, gridCell, noCommon, powerOfTwo } from './binary64'

/** Levels that one key tells apart: 21 bits an axis, 63 bits. */
export const keyLevels: i32 = 21
const leastExponent: i32 = finestExponent + keyLevels
const cellsAcross: f64 = 2097152

/** The cell that keys count from: side 2^exponent, lowest corner in units of 2^(exponent - keyLevels). */
export let rootExponent: i32 = 0
export let rootX: f64 = 0
export let rootY: f64 = 0
export let rootZ: f64 = 0
export let rootStraddles: bool = false

/** Finds the smallest cell that holds the box, or else the smallest eight equal cells around the origin. */
export function locateRoot(lowX: f64, lowY: f64, lowZ: f64, highX: f64, highY: f64, highZ: f64): void {
  const common = max(
    max(commonExponent(lowX, highX), commonExponent(lowY, highY)),
    commonExponent(lowZ, highZ),
  )
  rootStraddles = common === noCommon
  if (rootStraddles) {
    const low = min(min(lowX, lowY), lowZ)
    const high = max(max(highX, highY), highZ)
    let half = max(max(exponentOf(low), exponentOf(high)), leastExponent - 1)
    while (low < -powerOfTwo(half) || high >= powerOfTwo(half)) half++
    rootExponent = half + 1
    rootX = rootY = rootZ = -cellsAcross / 2
    return
  }
  rootExponent = common === finestExponent ? common : max(common, leastExponent)
  const cellsPerUnit = powerOfTwo(-rootExponent)
  rootX = gridCell(lowX, cellsPerUnit) * cellsAcross
  rootY = gridCell(lowY, cellsPerUnit) * cellsAcross
  rootZ = gridCell(lowZ, cellsPerUnit) * cellsAcross
}
